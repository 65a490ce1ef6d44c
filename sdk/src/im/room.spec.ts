import type { ImConnection } from './connection';
import { Room } from './room';

const channelId = 'channel';

it('shows the newest source, however late it is told of, and tells of changes that happened now', async () => {
  const listeners = new Map<string, (event: object) => void>();
  let connect = () => undefined as void;
  const snapshot = { channelId, lastSeq: 0, online: [], onlineCount: 0, source: 'none', sourceVersion: 0 };
  let answer: object = snapshot;
  const im = {
    on: (event: string, listener: (event: object) => void) => (
      listeners.set(event, listener),
      () => undefined
    ),
    onConnect: (listener: () => void) => ((connect = listener), listener(), () => undefined),
    holdRoom: () => () => undefined,
    ask: (event: string) => Promise.resolve(event === 'room:join' ? answer : []),
  };
  const room = new Room(im as unknown as ImConnection, channelId);
  const settled = () => new Promise(setImmediate);
  const tell = (source: string, sourceVersion: number) =>
    listeners.get('live:source')!({ channelId, source, sourceVersion });
  const now = () => [room.source.value, room.sourceChange.value];
  await settled();
  expect(now()).toEqual(['none', null]);
  tell('mix', 2);
  tell('host', 1);
  expect(now()).toEqual(['mix', 2]);
  // News that overtake the answer to a joining.
  connect();
  tell('mix', 3);
  await settled();
  expect(now()).toEqual(['mix', 3]);
  // What changed while it was away is shown, and did not happen now.
  answer = { ...snapshot, source: 'host', sourceVersion: 4 };
  connect();
  await settled();
  expect(now()).toEqual(['host', 3]);
  tell('mix', 5);
  answer = { ...snapshot, source: 'none', sourceVersion: 1 };
  connect();
  await settled();
  expect(now()).toEqual(['mix', 5]);
});
