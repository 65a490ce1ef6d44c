import { DomainError } from '../platform/common';
import type { ChannelSnapshot, NodeReport } from '../media/contract';
import { readReport } from './node-report.dto';

const channelId = '0b8f6f0e-5d0a-4f7e-9c38-7d4f2f1d8a10';
/** All that a channel can say. */
const channel: ChannelSnapshot = {
  ...{ channelId, source: 'host', epoch: 3, viewers: 7, settings: 'r1' },
  publishers: [{ role: 'host', epoch: 3, active: true, ready: false }],
  video: { width: 1280, height: 720, fps: 29.97 },
  relay: { state: 'retrying', reason: 'loop', dropped: 1, sessions: 2 },
};
const report: NodeReport = {
  ...{ bootId: 'boot', seq: 4, load: 0.2, rtmpPort: 1935 },
  ...{ mediaUrl: 'http://a:8081', rtmpUrl: 'rtmp://a:1935', controlUrl: 'http://a:8081' },
  events: [{ seq: 9, event: { type: 'channel', ...channel } }],
  snapshot: { channels: [channel], conferences: [] },
};

describe('what a media node reports', () => {
  it('is taken whole', () => {
    expect(readReport(report)).toEqual(report);
  });

  it('is refused where it isn’t a report', () => {
    for (const value of [{}, [], null, { ...report, seq: 'a' }, { ...report, snapshot: null }]) {
      expect(() => readReport(value)).toThrow(DomainError);
    }
    expect(() => readReport({ ...report, mediaUrl: `http://${'a'.repeat(100_000)}` })).toThrow(/mediaUrl/);
  });
});
