import { MixPictures } from './mix-pictures';

interface Bitmap {
  width: number;
  height: number;
  closed: boolean;
  close(): void;
}

let asked: string[];
let made: Bitmap[];
let pictures: MixPictures;
const answers = new Map<string, (file: Blob) => void>();
const settled = () => new Promise(setImmediate);
beforeEach(() => {
  [asked, made] = [[], []];
  answers.clear();
  // What browsers have.
  Object.assign(globalThis, {
    createImageBitmap: (from: Blob | Bitmap, { resizeWidth }: { resizeWidth?: number } = {}) => {
      if (from instanceof Blob && from.type === 'bad') return Promise.reject(new Error('no picture'));
      const { width, height } = from instanceof Blob ? { width: Number(from.type), height: 1000 } : from;
      const size = { width: resizeWidth ?? width, height: (height * (resizeWidth ?? width)) / width };
      const bitmap: Bitmap = { ...size, closed: false, close: () => void (bitmap.closed = true) };
      made.push(bitmap);
      return Promise.resolve(bitmap);
    },
  });
  pictures = new MixPictures((id) => {
    asked.push(id);
    return new Promise((resolve) => answers.set(id, resolve));
  });
});
afterAll(() => void delete (globalThis as { createImageBitmap?: unknown }).createImageBitmap);

async function come(id: string, type = '100'): Promise<void> {
  answers.get(id)!(new Blob([], { type }));
  await settled();
}

it('loads what a layout names once, and forgets it with the layout', async () => {
  pictures.want(['a', undefined]);
  pictures.want(['a', 'b']);
  expect(asked).toEqual(['a', 'b']);
  expect(pictures.get('a')).toBeNull();
  await come('a');
  expect(pictures.get('a')).toMatchObject({ width: 100 });
  pictures.want(['b']);
  expect(pictures.get('a')).toBeNull();
  expect(made.map(({ closed }) => closed)).toEqual([true]);
});

it('makes large ones smaller, once', async () => {
  pictures.want(['a']);
  await come('a', '3840');
  expect(pictures.get('a')).toMatchObject({ width: 1920, height: 500 });
  expect(made.map(({ closed }) => closed)).toEqual([true, false]);
});

it('keeps nothing that comes when nobody wants it any more, or that is no picture', async () => {
  pictures.want(['a', 'b']);
  await come('b', 'bad');
  expect(pictures.get('b')).toBeNull();
  pictures.close();
  await come('a');
  expect(pictures.get('a')).toBeNull();
  expect(made.map(({ closed }) => closed)).toEqual([true]);
});
