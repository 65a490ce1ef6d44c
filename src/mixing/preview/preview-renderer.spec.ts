import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MixPreviewSpec } from '../../media/contract';
import { PreviewRenderer } from './preview-renderer';

/** Answers with its process id; the background tells it how to behave. */
const PROGRAM = `process.on('message', ({ layout }) => {
  if (layout.background === 'dies') process.exit(3);
  if (layout.background === 'fails') return process.send({ error: 'no such thing' });
  if (layout.background !== 'hangs') process.send({ png: Buffer.from(String(process.pid)) });
});
process.on('disconnect', () => process.exit(0));`;

const spec = (background = ''): MixPreviewSpec => ({
  layout: { kind: 'grid', fit: 'crop', background },
  output: { width: 160, height: 160 },
  seats: [],
  images: {},
});
const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'drawn',
    (error: { code: string }) => error.code,
  );

describe('PreviewRenderer', () => {
  let dir: string;
  let renderer: PreviewRenderer;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'lianmai-preview-'));
    writeFileSync(join(dir, 'draw.cjs'), PROGRAM);
  });
  afterAll(() => rmSync(dir, { recursive: true }));
  beforeEach(() => {
    renderer = new PreviewRenderer(join(dir, 'draw.cjs'));
  });
  afterEach(async () => {
    jest.useRealTimers();
    await renderer.onModuleDestroy();
  });

  const pid = async (): Promise<string> => (await renderer.render('ann', spec())).toString();

  it('draws all in one process', async () => {
    const pids = await Promise.all([pid(), pid(), pid()]);
    expect(new Set(pids).size).toBe(1);
    expect(Number(pids[0])).toBeGreaterThan(1);
  });

  it.each(['dies', 'fails'])('goes on with another process after one that %s', async (how) => {
    const first = await pid();
    expect(await code(renderer.render('ann', spec(how)))).toBe('overloaded');
    expect(await pid()).not.toBe(first);
  });

  it('gives up what takes too long', async () => {
    const first = await pid();
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const late = code(renderer.render('ann', spec('hangs')));
    await jest.advanceTimersByTimeAsync(10_000);
    jest.useRealTimers();
    expect(await late).toBe('overloaded');
    expect(await pid()).not.toBe(first);
  });

  it('ends its process when nobody has asked for a while', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const first = Number(await pid());
    await jest.advanceTimersByTimeAsync(30_000);
    jest.useRealTimers();
    expect(Number(await pid())).not.toBe(first);
  });

  it('lets so many wait and no more', async () => {
    const count = async (users: string[]) => {
      const codes = await Promise.all(users.map((user) => code(renderer.render(user, spec()))));
      return ['drawn', 'rate_limited'].map((wanted) => codes.filter((one) => one === wanted).length);
    };
    expect(await count(Array.from({ length: 10 }, (_, index) => `user-${index}`))).toEqual([8, 2]);
    // One who asks for many leaves room for others.
    expect(await count([...Array.from({ length: 9 }, () => 'ann'), 'bob'])).toEqual([4, 6]);
  });

  it('draws nothing once it is closed, and leaves no process', async () => {
    const first = Number(await pid());
    await renderer.onModuleDestroy();
    expect(() => process.kill(first, 0)).toThrow('ESRCH');
    expect(await code(renderer.render('ann', spec()))).toBe('overloaded');
  });
});
