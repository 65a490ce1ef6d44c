import { FakeTransports } from '../../../test/support/webrtc/fake-transports';
import { OFFERS } from '../../../test/support/webrtc/sdp-offers';
import { silentLogger } from '../../../test/support/media/silent-logger';
import { packetizeH264 } from '../codec/h264/h264-packetizer';
import { parseRtcp } from '../codec/rtp/rtcp';
import { buildRtp } from '../codec/rtp/rtp';
import { Hub } from '../origin/hub';
import type { AudioCodecs } from './audio-track';
import { WhipSession } from './whip-session';

const SPS = Buffer.from('6742e01f8d680a03da6a020202800000030080000019078c1950', 'hex');
const PPS = Buffer.from('68ce3c80', 'hex');
const IDR = Buffer.concat([Buffer.from([0x65]), Buffer.alloc(500, 7)]);
const SLICE = Buffer.concat([Buffer.from([0x41]), Buffer.alloc(100, 7)]);
const SILENCE = new Float32Array(960);
const codecs: AudioCodecs = {
  createDecoder: () => ({ decode: () => ({ left: SILENCE, right: SILENCE }), close: () => undefined }),
  createEncoder: () => ({
    config: Buffer.from([0x11, 0x90]),
    left: new Float32Array(1024),
    right: new Float32Array(1024),
    encode: (index) => ({ sample: (index - 1) * 1024, data: Buffer.alloc(1) }),
    close: () => undefined,
  }),
};

describe('a publisher of sound and picture', () => {
  let hub: Hub;
  let transports: FakeTransports;
  let session: WhipSession;
  beforeEach(async () => {
    // Those of promises stay real.
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    hub = new Hub();
    transports = new FakeTransports();
    const grant = { channelId: 'room', role: 'host' as const, epoch: 1 };
    session = new WhipSession(grant, { hub, transports, codecs, logger: silentLogger }, () => undefined);
    await session.accept(OFFERS.OBS!.sdp);
    transports.peers[0]!.onState('connected');
  });
  afterEach(() => {
    session.close('ended');
    hub.close();
    jest.useRealTimers();
  });

  let sent = { audio: 0, video: 0 };
  beforeEach(() => (sent = { audio: 0, video: 0 }));
  /** Sends for so long; pictures as told: none, without keyframe, or with one at the beginning. */
  function send(ms: number, picture: 'none' | 'deltas' | 'key'): void {
    for (let at = 0; at < ms; at += 20) {
      const now = Math.round(performance.now());
      const audio = { payloadType: 111, ssrc: 1, marker: false, sequenceNumber: sent.audio++ };
      transports.peers[0]!.onRtp(buildRtp({ ...audio, timestamp: now * 48, payload: Buffer.from([1]) }));
      const nals = picture === 'key' && at === 0 ? [SPS, PPS, IDR] : [SLICE];
      const payloads = picture === 'none' || at % 40 ? [] : packetizeH264(nals);
      payloads.forEach((payload, i) => {
        const video = { payloadType: 96, ssrc: 2, marker: i === payloads.length - 1 };
        const sequenceNumber = sent.video++;
        transports.peers[0]!.onRtp(buildRtp({ ...video, sequenceNumber, timestamp: now * 90, payload }));
      });
      jest.advanceTimersByTime(20);
      session.scan(performance.now());
    }
  }
  const onAir = () => hub.snapshot()[0]!;

  it('is not put on the air without its picture while the first keyframe is late, which is asked for', () => {
    send(3000, 'deltas');
    expect(onAir()).toMatchObject({ source: 'none' });
    const asked = transports.rtcp.flatMap((packet) => parseRtcp(packet) ?? []);
    expect(asked.filter(({ type }) => type === 'pli').length).toBeGreaterThanOrEqual(3);
    send(1000, 'key');
    expect(onAir()).toMatchObject({ source: 'host', video: { height: 480 } });
  });

  it('goes on the air with its sound when there is no picture at all, which joins when it comes', () => {
    send(5000, 'none');
    expect(onAir()).toMatchObject({ source: 'none' });
    send(2000, 'none');
    expect(onAir()).toMatchObject({ source: 'host', video: null });
    send(1000, 'key');
    expect(onAir()).toMatchObject({ source: 'host', video: { height: 480 } });
  });
});
