import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PictureMaker } from './picture-maker';

/** The keyframe tells it how to behave; it answers with its process id. */
const PROGRAM = `process.on('message', ({ keyframe }) => {
  const how = Buffer.from(keyframe).toString();
  if (how === 'dies') process.kill(process.pid, 'SIGSEGV');
  else if (how === 'broken') process.send({ error: 'no such thing' });
  else if (how !== 'hangs') process.send({ jpeg: Buffer.from(String(process.pid)) });
});
process.on('disconnect', () => process.exit(0));`;

describe('PictureMaker', () => {
  let dir: string;
  let maker: PictureMaker;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'lianmai-snapshots-'));
    writeFileSync(join(dir, 'decode.cjs'), PROGRAM);
  });
  afterAll(() => rmSync(dir, { recursive: true }));
  beforeEach(() => {
    maker = new PictureMaker(join(dir, 'decode.cjs'));
  });
  afterEach(async () => {
    jest.useRealTimers();
    await maker.onModuleDestroy();
  });

  const make = (how = ''): Promise<string> =>
    maker.make('c', Buffer.from(how), 320).then(
      (jpeg) => jpeg.toString(),
      (error: { code: string }) => error.code,
    );

  it('goes on after a keyframe that is broken, in the same process', async () => {
    const first = await make();
    expect(await make('broken')).toBe('picture_broken');
    expect(await make()).toBe(first);
  });

  it('goes on with another process after one that a keyframe has ended', async () => {
    const all = await Promise.all([make(), make('dies'), make()]);
    expect(all[1]).toBe('picture_broken');
    expect(Number(all[2])).toBeGreaterThan(1);
    expect(all[2]).not.toBe(all[0]);
  });

  it('gives up a keyframe that takes too long', async () => {
    await make();
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const late = make('hangs');
    await jest.advanceTimersByTimeAsync(5000);
    jest.useRealTimers();
    expect(await late).toBe('picture_broken');
  });

  it('lets so many wait and no more', async () => {
    const all = await Promise.all(Array.from({ length: 70 }, () => make()));
    expect(all.filter((one) => one === 'overloaded')).toHaveLength(6);
  });
});
