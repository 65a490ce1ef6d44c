import { pngOf } from '../../../../test/support/fixtures/pictures';
import { Images } from './images';

/** More than are kept. */
const MANY = 60;

let images: Images;
let ready: () => void;
let drawn: string[];
beforeEach(() => {
  drawn = [];
  const log = () => undefined;
  const logger = { debug: log, info: log, warn: log, error: log };
  images = new Images({ logger, onReady: () => ready() });
  images.put('a', pngOf({ width: 2, height: 2, at: () => [255, 255, 255, 255] }));
});
afterEach(() => images.close());

const get = (use: string) => images.get('a', use, () => (drawn.push(use), use));
const decoded = async () => {
  while (images.pending > 0) await new Promise<void>((resolve) => (ready = resolve));
};

it('decodes nothing that only a layout asked for that is gone', async () => {
  for (let layout = 0; layout < MANY; layout++) {
    images.askAnew();
    get(`layout ${layout}`);
  }
  await decoded();
  expect(drawn).toEqual([`layout ${MANY - 1}`]);
  // It is drawn when that layout comes back, at once, as the picture has been decoded.
  images.askAnew();
  expect(get('layout 0')).toBe('layout 0');
  expect(drawn).toEqual([`layout ${MANY - 1}`, 'layout 0']);
});

it('keeps what every layout shows, however many there were', async () => {
  get('shown');
  await decoded();
  for (let layout = 0; layout < MANY; layout++) {
    images.askAnew();
    expect({ layout, shown: get('shown') }).toEqual({ layout, shown: 'shown' });
    get(`layout ${layout}`);
    await decoded();
  }
  expect(drawn.filter((use) => use === 'shown')).toHaveLength(1);
});
