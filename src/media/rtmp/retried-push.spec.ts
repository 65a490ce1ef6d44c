import { EventEmitter } from 'node:events';
import type { RtmpPusher } from './pusher';
import { RetriedPush } from './retried-push';

class FakePusher extends EventEmitter {
  closed = false;
  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

describe('RetriedPush', () => {
  /** What the next attempts come to; null: a failure. */
  let outcomes: (FakePusher | null)[];
  let seen: string[];
  let push: RetriedPush;
  let onLost: () => void;

  beforeEach(() => {
    jest.useFakeTimers();
    seen = [];
    onLost = () => undefined;
    const connect = (): Promise<RtmpPusher> => {
      const pusher = outcomes.shift();
      return pusher ? Promise.resolve(pusher as unknown as RtmpPusher) : Promise.reject(new Error('away'));
    };
    push = new RetriedPush(
      { connect, retry: { firstMs: 100, mostMs: 300 }, calmMs: 1000 },
      {
        onSession: () => seen.push('session'),
        onLost: ({ message }, pusher) => {
          seen.push(`${message}${pusher ? '' : ', no session'}`);
          onLost();
        },
      },
    );
  });
  afterEach(() => jest.useRealTimers());
  const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

  it('tries again, with growing pauses', async () => {
    outcomes = [];
    push.start();
    push.start();
    for (const [ms, attempts] of [
      [0, 1],
      [99, 1],
      [1, 2],
      [200, 3],
      [299, 3],
      [1, 4],
      [300, 5],
    ]) {
      await pass(ms!);
      expect(seen).toHaveLength(attempts!);
    }
    expect(new Set(seen)).toEqual(new Set(['away, no session']));
  });

  it('makes a lost session again, at once when it lasted', async () => {
    const [first, second, third] = [new FakePusher(), new FakePusher(), new FakePusher()];
    outcomes = [null, first, second, third];
    push.start();
    await pass(100);
    expect(push.pusher).toBe(first);
    first.emit('close', null);
    expect(push.pusher).toBeNull();
    await pass(200);
    expect(push.pusher).toBe(second);
    await pass(1000);
    push.fail(new Error('too slow'));
    second.emit('close', null);
    expect(second.closed).toBe(true);
    await pass(100);
    expect(push.pusher).toBe(third);
    const lost = ['the server closed the session', 'session', 'too slow', 'session'];
    expect(seen).toEqual(['away, no session', 'session', ...lost]);
  });

  it('ends when it is stopped: in the middle of an attempt, while it waits, and out of onLost', async () => {
    const late = new FakePusher();
    outcomes = [late];
    push.start();
    await push.stop();
    await pass(0);
    expect(late.closed).toBe(true);
    push.start();
    await pass(0);
    await push.stop();
    onLost = () => void push.stop();
    push.start();
    await pass(5000);
    expect(seen).toEqual(['away, no session', 'away, no session']);
  });
});
