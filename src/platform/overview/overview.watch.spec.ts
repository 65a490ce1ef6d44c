import type { Collected } from './overview.collector';
import { samplesOf } from './overview.watch';

const mixer = { id: '1', cores: 4, coresFree: 1, slots: 8, running: 2, lastSeenAt: '' };
const node = { mediaUrl: '', rtmpUrl: '', conferences: 0, channels: 0, viewers: 9, lastSeenAt: '' };

it('samplesOf adds up what is of one machine, and leaves out what isn’t there', () => {
  const collected: Collected = {
    at: new Date(),
    figures: {
      ...{ channels: 5, onAir: 2, bypassOnAir: 1, calls: 1, pks: 0, peopleInCalls: 4, viewers: 9 },
      ...{ outBitrate: 5_000_000, applications: 0, applicationChannels: 0, mixesQueued: 0 },
    },
    mixers: [
      { ...mixer, host: 'a', coresUsed: 1.5 },
      { ...mixer, host: 'a', coresUsed: 1 },
      { ...mixer, host: 'b', coresUsed: 0 },
    ],
    nodes: [
      { ...node, id: 'here', alive: true, load: 0.25 },
      { ...node, id: 'gone', alive: false, load: 0.9 },
    ],
    alarms: [],
    applicants: [],
  };
  expect(samplesOf(collected).map(({ name, subject, value }) => [name, subject, value])).toEqual([
    ['viewers', '', 9],
    ['on_air', '', 3],
    ['people_in_calls', '', 4],
    ['out_bitrate', '', 5_000_000],
    ['mixer_cpu', 'a', 2.5],
    ['mixer_cpu', 'b', 0],
    ['node_load', 'here', 0.25],
  ]);
});
