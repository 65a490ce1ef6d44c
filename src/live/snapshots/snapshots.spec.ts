import { DomainError } from '../../platform/common';
import type { Keyframe } from '../../nodes';
import { Snapshots } from './snapshots';

/** What the node has to say when it is asked, and what was asked. */
class Studio {
  readonly asked: (string | undefined)[] = [];
  made = 0;
  keyframe: Keyframe | null = { etag: '"a"', data: Buffer.from('a') };
  broken = false;
  readonly snapshots: Snapshots;

  constructor() {
    const keyframe = (_node: string, _channel: string, known?: string) => {
      this.asked.push(known);
      return Promise.resolve(known !== undefined && this.keyframe?.etag === known ? 'same' : this.keyframe);
    };
    const make = (_channel: string, data: Buffer, width: number) => {
      this.made += 1;
      return this.broken
        ? Promise.reject(new DomainError('picture_broken'))
        : Promise.resolve(Buffer.from(`${data.toString()} ${width}`));
    };
    this.snapshots = new Snapshots(
      { keyframe } as unknown as ConstructorParameters<typeof Snapshots>[0],
      { make } as unknown as ConstructorParameters<typeof Snapshots>[1],
    );
  }

  async look(channel = 'c', width = 320): Promise<string> {
    const { etag, jpeg } = await this.snapshots.of('node-1', channel, width);
    return `${etag} ${jpeg.toString()}`;
  }
}

describe('Snapshots', () => {
  let studio: Studio;
  beforeEach(() => {
    jest.useFakeTimers();
    studio = new Studio();
  });
  afterEach(() => jest.useRealTimers());

  it('asks once for many, and once a second', async () => {
    const all = await Promise.all([studio.look(), studio.look(), studio.look()]);
    expect(new Set(all)).toEqual(new Set(['"a-320" a 320']));
    jest.advanceTimersByTime(999);
    await studio.look();
    expect({ asked: studio.asked, made: studio.made }).toEqual({ asked: [undefined], made: 1 });
    jest.advanceTimersByTime(1);
    await studio.look();
    expect({ asked: studio.asked, made: studio.made }).toEqual({ asked: [undefined, '"a"'], made: 1 });
    studio.keyframe = { etag: '"b"', data: Buffer.from('b') };
    jest.advanceTimersByTime(1000);
    expect(await studio.look()).toBe('"b-320" b 320');
  });

  it('keeps channels and sizes apart', async () => {
    expect(await studio.look('c', 160)).toBe('"a-160" a 160');
    expect(await studio.look('d', 160)).toBe('"a-160" a 160');
    expect(await studio.look('c', 640)).toBe('"a-640" a 640');
    expect(studio.made).toBe(3);
  });

  it('shows nothing of before where there is no picture any more, or it is broken', async () => {
    await studio.look();
    studio.keyframe = null;
    jest.advanceTimersByTime(1000);
    await expect(studio.look()).rejects.toMatchObject({ code: 'no_picture' });
    studio.keyframe = { etag: '"b"', data: Buffer.from('b') };
    studio.broken = true;
    await expect(studio.look()).rejects.toMatchObject({ code: 'picture_broken' });
    studio.broken = false;
    expect(await studio.look()).toBe('"b-320" b 320');
  });

  it('asks for so many at a time and no more', async () => {
    const looks = Array.from({ length: 70 }, (_, n) =>
      studio.look(`c${n}`).catch((error: { code: string }) => error.code),
    );
    const seen = await Promise.all(looks);
    expect(seen.filter((one) => one === 'overloaded')).toHaveLength(6);
    expect(await studio.look('c69')).toBe('"a-320" a 320');
  });

  it('keeps so many and no more', async () => {
    for (let n = 0; n < 513; n++) await studio.look(`c${n}`);
    studio.asked.length = 0;
    await studio.look('c1');
    await studio.look('c0');
    expect(studio.asked).toEqual([undefined]);
  });
});
