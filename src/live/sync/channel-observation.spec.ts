import type { ChannelSnapshot } from '../../media/contract';
import {
  ChannelRelayChanged,
  ChannelSourceChanged,
  HostPublishChanged,
  MixPublishChanged,
} from '../live.events';
import {
  eventsOf,
  isHostBehind,
  isLive,
  isSame,
  nothingObserved,
  type Observation,
  observationOf,
} from './channel-observation';

const video = { width: 1280, height: 720, fps: 25 };
const idle: ChannelSnapshot = {
  channelId: 'c',
  source: 'none',
  epoch: 0,
  publishers: [],
  viewers: 0,
  video: null,
  settings: '',
  relay: null,
};
const hosting: ChannelSnapshot = {
  ...idle,
  source: 'host',
  epoch: 3,
  publishers: [{ role: 'host', epoch: 3, active: true }],
  viewers: 2,
  video,
};
const row = { source: 'none', sourceVersion: 4, hostVideo: null } as const;
const nothing = nothingObserved(row);

describe('observationOf', () => {
  it('says who publishes, with the mixes in rising order and once each', () => {
    const mixes = [7, 5, 7].map((epoch) => ({ role: 'mix' as const, epoch, active: epoch === 7 }));
    const seen = observationOf({ ...hosting, publishers: [...hosting.publishers, ...mixes] }, row);
    expect(seen).toMatchObject({ source: 'host', sourceEpoch: 3, hostPublishing: true, mixEpochs: [5, 7] });
  });

  it('counts no publisher whose codecs weren’t accepted yet', () => {
    const publishers = (['host', 'mix'] as const).map((role) => ({
      role,
      epoch: 3,
      active: false,
      ready: false,
    }));
    const seen = observationOf({ ...idle, publishers }, row);
    expect(seen).toMatchObject({ hostPublishing: false, mixEpochs: [] });
    expect(isLive(seen)).toBe(false);
  });

  it('keeps the size of the host’s picture while something else is on the air', () => {
    expect(observationOf(hosting, row).hostVideo).toEqual(video);
    const mixed = { ...hosting, source: 'mix' as const, video: { width: 640, height: 360, fps: 30 } };
    expect(observationOf(mixed, { ...row, hostVideo: video }).hostVideo).toEqual(video);
    expect(observationOf({ ...hosting, video: null }, { ...row, hostVideo: video }).hostVideo).toEqual(video);
    expect(nothingObserved({ ...row, hostVideo: video }).hostVideo).toEqual(video);
  });
});

describe('the version of a source', () => {
  it('rises by one with the source, and not with its epoch', () => {
    const first = observationOf(hosting, row);
    const again = observationOf({ ...hosting, epoch: 5 }, first);
    const mixed = observationOf({ ...hosting, source: 'mix' }, again);
    const versions = [nothing, first, again, mixed, nothingObserved(mixed)].map((seen) => seen.sourceVersion);
    expect(versions).toEqual([4, 5, 5, 6, 7]);
  });
});

describe('isSame', () => {
  const before = observationOf(hosting, row);

  it('holds for equal content in other objects', () => {
    expect(isSame(before, observationOf(JSON.parse(JSON.stringify(hosting)) as ChannelSnapshot, row))).toBe(
      true,
    );
  });

  it.each<[keyof Observation, Partial<Observation>]>([
    ['source', { source: 'mix' }],
    ['sourceEpoch', { sourceEpoch: 4 }],
    ['hostPublishing', { hostPublishing: false }],
    ['mixEpochs', { mixEpochs: [4] }],
    ['viewers', { viewers: 3 }],
    ['hostVideo', { hostVideo: { ...video, fps: 30 } }],
    [
      'relayStatus',
      { relayStatus: { state: 'live', reason: null, dropped: 1 } as Observation['relayStatus'] },
    ],
  ])('sees another %s', (_, change) => expect(isSame(before, { ...before, ...change })).toBe(false));
});

describe('eventsOf', () => {
  const live = observationOf(hosting, row);
  const relay = (state: string, reason: string | null) =>
    ({ ...live, relayStatus: { state, reason } as Observation['relayStatus'] }) satisfies Observation;

  it('tells of a host who came on the air', () => {
    expect(eventsOf('c', nothing, live)).toEqual([
      new ChannelSourceChanged('c', 'host', 3, 'none', 5),
      new HostPublishChanged('c', true),
    ]);
  });

  it('tells of another epoch of the same source', () => {
    expect(eventsOf('c', live, { ...live, sourceEpoch: 4 })).toEqual([
      new ChannelSourceChanged('c', 'host', 4, 'host', 5),
    ]);
  });

  it('tells of mixes and relays', () => {
    expect(eventsOf('c', live, { ...live, mixEpochs: [4] })).toEqual([new MixPublishChanged('c', [4])]);
    expect(eventsOf('c', live, relay('live', null))).toEqual([new ChannelRelayChanged('c', 'live', null)]);
    expect(eventsOf('c', relay('retrying', 'lost'), relay('retrying', 'refused'))).toEqual([
      new ChannelRelayChanged('c', 'retrying', 'refused'),
    ]);
    expect(eventsOf('c', relay('live', null), live)).toEqual([new ChannelRelayChanged('c', 'idle', null)]);
  });

  it('is silent about viewers, and about a relay that is idle or absent', () => {
    expect(eventsOf('c', live, { ...live, viewers: 9 })).toEqual([]);
    expect(eventsOf('c', live, relay('idle', null))).toEqual([]);
  });
});

describe('isHostBehind', () => {
  it('is true for a host below the channel’s epoch only', () => {
    expect(isHostBehind(hosting, 3)).toBe(false);
    expect(isHostBehind(hosting, 4)).toBe(true);
    expect(isHostBehind({ ...idle, publishers: [{ role: 'mix', epoch: 1, active: true }] }, 4)).toBe(false);
  });
});
