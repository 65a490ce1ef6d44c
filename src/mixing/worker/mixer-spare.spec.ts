import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { MixerSpare } from './mixer-spare';

const PROGRAM = { path: join(__dirname, '../../../test/support/fakes/fake-mixer.cjs'), env: {} };

describe('a mixer kept ready', () => {
  let spare: MixerSpare;
  const taken: ChildProcess[] = [];

  beforeEach(() => {
    // Only the pause: processes take their real time.
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance', 'Date'] });
    spare = new MixerSpare(PROGRAM);
  });
  afterEach(async () => {
    jest.useRealTimers();
    await spare.close();
    for (const child of taken.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
  });
  const take = (): ChildProcess => {
    const child = spare.take();
    taken.push(child);
    return child;
  };
  const kept = (): ChildProcess | null => (spare as unknown as { spare: ChildProcess | null }).spare;

  it('is given away once, and replaced', () => {
    spare.refill();
    spare.refill();
    jest.runAllTimers();
    const first = kept();
    expect(take()).toBe(first);
    expect(kept()).toBeNull();
    expect(take()).not.toBe(first);
    jest.runAllTimers();
    expect(kept()?.pid).toBeDefined();
    expect(taken.map(({ pid }) => pid)).not.toContain(kept()?.pid);
  });

  it('that has died is not given away', async () => {
    spare.refill();
    jest.runAllTimers();
    const dead = kept()!;
    const exited = once(dead, 'exit');
    dead.kill('SIGKILL');
    await exited;
    const child = take();
    expect(child).not.toBe(dead);
    const [report] = (await once(child, 'message')) as [unknown];
    expect(report).toMatchObject({ type: 'state', state: 'ready' });
  });

  it('ends with its owner, who takes no other', async () => {
    spare.refill();
    jest.runAllTimers();
    const child = kept()!;
    await spare.close();
    expect(child.signalCode).toBe('SIGKILL');
    spare.refill();
    jest.runAllTimers();
    expect(kept()).toBeNull();
  });
});
