import type { Call } from '../call/call';
import type { CoHosting } from '../co-host/co-hosting';
import type { CoHostView, MixOutput } from '../contracts';
import type { ImConnection } from '../im/connection';
import type { Platform } from '../platform';
import type { RestApi } from '../rest/api';
import { Value } from '../util/value';
import { isMixedHere, MixPush } from './mix-push';

const session = (set: Partial<CoHostView>): CoHostView =>
  ({ mixingMode: 'server', mixSwitch: null, ...set }) as unknown as CoHostView;

it('mixes in client mode, and in both directions of a switch', () => {
  const mixSwitch = { from: 'server', to: 'client', state: 'switching' } as CoHostView['mixSwitch'];
  expect(isMixedHere(null)).toBe(false);
  expect(isMixedHere(session({}))).toBe(false);
  expect(isMixedHere(session({ mixingMode: 'client', mixTaskId: 'm1' }))).toBe(true);
  expect(isMixedHere(session({ mixingMode: 'client', mixTaskId: null }))).toBe(false);
  expect(isMixedHere(session({ mixSwitch }))).toBe(true);
  expect(isMixedHere(session({ mixSwitch: { ...mixSwitch!, state: 'rolled_back' } }))).toBe(false);
});

describe('MixPush', () => {
  const output = { width: 640, height: 360, fps: 25, videoBitrate: 800_000 } as MixOutput;
  const running = session({ mixingMode: 'client', mixTaskId: 'm1', output });
  let active: Value<CoHostView | null>;
  let local: Value<MediaStream | null>;
  let seat: Value<{ role: string } | null>;
  /** What the server signals. */
  let signals: Map<string, (event: object) => void>;
  let connect: () => void;
  let made: { closed: boolean }[];
  let fails: boolean;
  let push: MixPush;

  const told = (event: string, payload: object = {}) => signals.get(event)!({ channelId: 'c', ...payload });
  beforeEach(() => {
    active = new Value<CoHostView | null>(running);
    local = new Value<MediaStream | null>(null);
    seat = new Value<{ role: string } | null>(null);
    signals = new Map();
    made = [];
    fails = false;
    const none = new Value(new Map());
    const call = {
      ...{ local, seat, remotes: none, screens: none, sharing: { screen: new Value(null) } },
      ...{ userId: 'h', show: () => undefined },
    };
    const im = {
      on: (event: string, listener: () => void) => (signals.set(event, listener), () => undefined),
      onConnect: (listener: () => void) => ((connect = listener), () => undefined),
    };
    // The address is waited for.
    const api = { mixPushUrl: () => new Promise(() => undefined) };
    push = new MixPush(
      im as unknown as ImConnection,
      api as unknown as RestApi,
      {} as Platform,
      { channelId: 'c', active } as unknown as CoHosting,
      call as unknown as Call,
      {
        mixer: () => {
          if (fails) throw new Error('no canvas');
          const one = { closed: false };
          made.push(one);
          return {
            ...{ stream: {} as MediaStream, pictures: [], show: () => undefined },
            ...{ reshape: () => undefined, close: () => void (one.closed = true) },
          };
        },
      },
    );
  });
  afterEach(() => push.close());
  const joins = (role = 'host') => {
    seat.value = { role };
    local.value = {} as MediaStream;
  };

  it('is the duty of the host who is in the call here', () => {
    expect([push.wanted.value, push.state.value]).toEqual([false, 'off']);
    joins('guest');
    expect(push.wanted.value).toBe(false);
    local.value = null;
    joins();
    expect([push.wanted.value, push.state.value]).toEqual([true, 'connecting']);
    local.value = null;
    expect([push.state.value, made]).toEqual(['off', [{ closed: true }]]);
  });

  it('stops when it is told to, and begins when it is asked to: of its channel, and its role', () => {
    joins();
    told('live:stop-push', { role: 'host' });
    told('live:stop-push', { role: 'mix', channelId: 'other' });
    expect(push.state.value).toBe('connecting');
    told('live:stop-push', { role: 'mix' });
    expect([push.state.value, made]).toEqual(['off', [{ closed: true }]]);
    told('mix:push', { channelId: 'other' });
    expect(push.state.value).toBe('off');
    told('mix:push');
    told('mix:push');
    expect([push.state.value, made.length]).toEqual(['connecting', 2]);
  });

  it('tries again at the next connect, where it has failed', () => {
    fails = true;
    joins();
    expect([push.state.value, push.problem.value?.code]).toEqual(['failed', 'internal']);
    fails = false;
    connect();
    expect([push.state.value, push.problem.value]).toEqual(['connecting', null]);
    connect();
    expect(made).toEqual([{ closed: false }]);
  });
});
