import type { RtpPacket } from '../../codec/rtp/rtp';
import { PublisherClock, Publication } from './publication';
import { PublishedTrack } from './published-track';

/** First packet of a keyframe: descriptor with a picture id, frame tag, start code, width and height. */
const VP8_KEY = (width: number, height: number): Buffer => {
  const payload = Buffer.from('908081000000009d012a00000000', 'hex');
  payload.writeUInt16LE(width, 10);
  payload.writeUInt16LE(height, 12);
  return payload;
};
const DELTA = Buffer.from('9080810001', 'hex');

function packet(
  ssrc: number,
  sequenceNumber: number,
  rid: string | null,
  payload: Buffer = DELTA,
): RtpPacket {
  // Element 4, one byte long, between padding; before it another element, 2, of two bytes.
  const data = rid === null ? null : Buffer.from([0x21, 9, 9, 0, 0x40, rid.charCodeAt(0), 0, 0]);
  return {
    ...{ marker: true, payloadType: 96, sequenceNumber, timestamp: 0, ssrc, csrcs: [], padding: 0, payload },
    extension: data && { profile: 0xbede, data },
  };
}

describe('PublishedTrack', () => {
  const make = (rids: string[]): PublishedTrack => {
    const layers = rids.map(
      () =>
        new Publication(
          'video',
          'vp8',
          new PublisherClock(),
          () => {},
          () => {},
        ),
    );
    return new PublishedTrack('video', 'vp8', layers, rids.length > 1 ? { rids, extensionId: 4 } : null);
  };
  const feed = (track: PublishedTrack, each: RtpPacket, now: number): void =>
    track.layerOf(each)?.receive(each, now);

  it('tells layers apart by their RTP stream id, and remembers when it is no longer sent', () => {
    const track = make(['l', 'h']);
    expect(track.layerOf(packet(7, 1, null))).toBeNull();
    expect(track.layerOf(packet(7, 1, 'x'))).toBeNull();
    expect(track.layerOf(packet(7, 1, 'h'))).toBe(track.layers[1]);
    expect(track.layerOf(packet(7, 2, null))).toBe(track.layers[1]);
    expect(track.layerOf(packet(8, 2, 'l'))).toBe(track.layers[0]);
  });

  it('needs no id where there is one stream', () => {
    const track = make(['']);
    expect(track.layerOf(packet(7, 1, null))).toBe(track.first);
    expect(track.choose(Infinity)).toBe(track.first);
  });

  it('chooses the lowest layer that is high enough, else the highest', () => {
    const track = make(['h', 'l']);
    const [high, low] = track.layers;
    feed(track, packet(1, 1, 'h', VP8_KEY(640, 360)), 0);
    feed(track, packet(2, 1, 'l', VP8_KEY(320, 180)), 0);
    track.scan(0);
    expect([high!.height, low!.height]).toEqual([360, 180]);
    const chosen = [0, 120, 180, 220, 240, 360, 1080, Infinity].map((height) => track.choose(height).height);
    expect(chosen).toEqual([180, 180, 180, 180, 360, 360, 360, 360]);
  });

  it('leaves a layer that stops, and takes it again when it is back', () => {
    const track = make(['l', 'h']);
    feed(track, packet(1, 1, 'l', VP8_KEY(320, 180)), 0);
    feed(track, packet(2, 1, 'h', VP8_KEY(640, 360)), 0);
    for (let now = 0; now <= 340; now += 20) {
      feed(track, packet(1, now / 20 + 2, null), now);
      track.scan(now);
    }
    expect(track.choose(720).height).toBe(360);
    for (let now = 360; now <= 400; now += 20) track.scan(now);
    expect(track.choose(720).height).toBe(180);
    feed(track, packet(2, 2, null, VP8_KEY(640, 360)), 420);
    track.scan(420);
    expect(track.choose(720).height).toBe(360);
  });

  it('does not take a camera that sends few pictures for one that stops', () => {
    const track = make(['l', 'h']);
    for (let now = 0; now < 5000; now += 20) {
      if (now % 1000 === 0) feed(track, packet(1, now / 1000, 'l', VP8_KEY(320, 180)), now);
      if (now % 1000 === 60) feed(track, packet(2, now / 1000, 'h', VP8_KEY(640, 360)), now);
      track.scan(now);
      if (now > 60) expect(track.choose(720).height).toBe(360);
    }
  });
});
