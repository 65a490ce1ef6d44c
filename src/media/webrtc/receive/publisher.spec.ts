import { FakeTransports } from '../../../../test/support/webrtc/fake-transports';
import { DELTA, KEY, rtp } from '../../../../test/support/webrtc/mas-packets';
import { OFFERS } from '../../../../test/support/webrtc/sdp-offers';
import type { MasSource } from '../../../contracts';
import { serializeRtp } from '../../codec/rtp/rtp';
import { parseSdp, writeSdp, type MediaLine, type SdpTransport } from '../../codec/rtp/sdp';
import type { MediaPacket } from '../media-packet';
import { Publisher } from './publisher';

const TRANSPORT: SdpTransport = {
  iceUfrag: 'peer',
  icePwd: 'q'.repeat(24),
  fingerprint: `sha-256 ${Array(32).fill('AB').join(':')}`,
  setup: 'actpass',
};
const PAYLOAD_TYPE = 102;
const H264 = {
  ...{ payloadType: PAYLOAD_TYPE, name: 'h264', clockRate: 90_000, channels: 1 },
  parameters: 'packetization-mode=1;profile-level-id=42e01f',
};
const OPUS = { payloadType: 111, name: 'opus', clockRate: 48_000, channels: 2, parameters: '' };
const MID_EXTENSION = 4;
const MICROPHONE: MediaLine = { type: 'audio', mid: '0', direction: 'sendonly', codecs: [OPUS] };

function video(mid: string, ssrc?: number, more: Partial<MediaLine> = {}): MediaLine {
  return {
    ...{ type: 'video', mid, direction: 'sendonly', codecs: [H264], midExtensionId: MID_EXTENSION },
    ...(ssrc ? { send: { ssrc, stream: 's', track: mid } } : {}),
    ...more,
  };
}
const CAMERA = video('1', 12);
const SCREEN = video('2', 13);

/** A publisher who offers m-lines, and what of it is received. */
class Peer {
  readonly transports = new FakeTransports();
  changes = 0;
  readonly publisher = new Publisher(this.transports, {
    onState: () => undefined,
    onCandidate: () => undefined,
    onChange: () => this.changes++,
  });

  async offer(lines: MediaLine[], screen?: string, transport = TRANSPORT): Promise<string> {
    let answer = '';
    await this.publisher.accept(writeSdp(transport, lines), (sdp) => (answer = sdp), screen);
    return answer;
  }

  send(sequenceNumber: number, ssrc: number, payload = KEY, mid?: string): void {
    const data = mid ? Buffer.from([(MID_EXTENSION << 4) | (mid.length - 1), ...Buffer.from(mid)]) : null;
    const packet = { ...rtp(sequenceNumber, 0, payload, ssrc), payloadType: PAYLOAD_TYPE };
    const extension = data && { profile: 0xbede, data };
    this.transports.peers[0]!.onRtp(serializeRtp({ ...packet, extension }));
  }

  /** Packets that came of a source. */
  got(source: MasSource): number | undefined {
    return this.publisher.tracks.get(source)?.first.counters.packets;
  }
}

it.each(Object.entries(OFFERS))('a call takes what %s offers', async (_, { sdp, call }) => {
  const events = { onState: () => undefined, onCandidate: () => undefined, onChange: () => undefined };
  const publisher = new Publisher(new FakeTransports(), events);
  let answer = '';
  await publisher.accept(sdp, (text) => (answer = text));
  const { media } = parseSdp(answer);
  expect(media.map(({ mid }) => mid)).toEqual(parseSdp(sdp).media.map(({ mid }) => mid));
  const taken = media.filter(({ rejected }) => !rejected);
  expect(Object.fromEntries(taken.map(({ mid, codecs }) => [mid, codecs[0]?.payloadType]))).toEqual(call);
  const sources = taken.map(({ type }) => (type === 'audio' ? 'microphone' : 'camera'));
  expect([...publisher.tracks.keys()].sort()).toEqual(sources.sort());
  publisher.close();
});

describe('a camera and a screen', () => {
  const sent = (answer: string) => parseSdp(answer).media.map(({ rejected }) => !rejected);

  it('takes one of each, the second only where it is said to be the screen', async () => {
    const lines = [MICROPHONE, CAMERA, SCREEN, video('3', 14)];
    expect(sent(await new Peer().offer(lines))).toEqual([true, true, false, false]);
    const peer = new Peer();
    expect(sent(await peer.offer(lines, '2'))).toEqual([true, true, true, false]);
    expect([...peer.publisher.tracks.keys()]).toEqual(['microphone', 'camera', 'screen']);
  });

  it('tells them apart by the SSRCs of the offer', async () => {
    const peer = new Peer();
    await peer.offer([CAMERA, SCREEN], '2');
    for (const [number, ssrc] of [12, 13, 13].entries()) peer.send(number, ssrc);
    expect([peer.got('camera'), peer.got('screen')]).toEqual([1, 2]);
    peer.send(1, 99);
    expect(peer.publisher.counters.unknownLine).toBe(1);
  });

  it('tells them apart by the mid in their first packets, where the offer names no SSRCs', async () => {
    const peer = new Peer();
    const answer = await peer.offer([video('1'), video('2')], '2');
    expect(parseSdp(answer).media.map(({ midExtensionId }) => midExtensionId)).toEqual([4, 4]);
    peer.send(1, 55, KEY, '2');
    peer.send(2, 55);
    peer.send(1, 66, KEY, '1');
    expect([peer.got('camera'), peer.got('screen')]).toEqual([1, 2]);
  });

  it('begins and ends a screen while the camera goes on', async () => {
    const peer = new Peer();
    const offer = (lines: MediaLine[]) => writeSdp(TRANSPORT, lines);
    await peer.offer([MICROPHONE, CAMERA]);
    peer.send(1, 12);
    const camera = peer.publisher.tracks.get('camera');
    const before = await peer.offer([MICROPHONE, CAMERA, SCREEN], '2');
    expect(peer.publisher.isRenegotiatedBy(offer([CAMERA]))).toBe(true);
    peer.send(2, 12, DELTA);
    peer.send(1, 13);
    expect([peer.got('camera'), peer.got('screen')]).toEqual([2, 1]);
    const changes = peer.changes;
    const after = await peer.offer([MICROPHONE, CAMERA, { ...SCREEN, direction: 'inactive' }]);
    expect(peer.changes).toBe(changes + 1);
    expect(peer.publisher.tracks.has('screen')).toBe(false);
    // The m-line stays, so that it can be used again.
    expect(parseSdp(after).media[2]).toMatchObject({ direction: 'inactive', rejected: false });
    peer.send(3, 12, DELTA);
    expect(peer.publisher.tracks.get('camera')).toBe(camera);
    expect(peer.got('camera')).toBe(3);
    // The same transport all the time.
    expect(peer.transports.peers).toHaveLength(1);
    expect(parseSdp(before).transport).toEqual(parseSdp(after).transport);
    // And once more on the same m-line.
    await peer.offer([MICROPHONE, CAMERA, SCREEN], '2');
    peer.send(1, 13);
    expect(peer.got('screen')).toBe(1);
  });

  it('takes another connection for what it is', async () => {
    const peer = new Peer();
    await peer.offer([CAMERA]);
    const other = { ...TRANSPORT, iceUfrag: 'other' };
    expect(peer.publisher.isRenegotiatedBy(writeSdp(other, [CAMERA]))).toBe(false);
  });
});

describe('a phone that is turned', () => {
  it('is not offered to say so beside the picture: it turns the picture', async () => {
    const { publisher } = new Peer();
    const offer = OFFERS['Safari']!.sdp;
    expect(offer).toContain('urn:3gpp:video-orientation');
    let answer = '';
    await publisher.accept(offer, (sdp) => (answer = sdp));
    expect(answer).toContain('m=video 9');
    expect(answer).not.toContain('video-orientation');
  });

  it('may say so unasked: its packets go on without', async () => {
    const peer = new Peer();
    await peer.offer([CAMERA]);
    const written: MediaPacket[] = [];
    peer.publisher.tracks.get('camera')!.first.addReader({
      waiting: false,
      write: (packet) => void written.push(packet),
      clock: () => undefined,
      restart: () => undefined,
    });
    const packet = { ...rtp(1, 0, KEY, 12), payloadType: PAYLOAD_TYPE };
    const extension = { profile: 0xbede, data: Buffer.from('70010000', 'hex') };
    peer.transports.peers[0]!.onRtp(serializeRtp({ ...packet, extension }));
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({ sequence: 1, payload: KEY });
  });
});
