/**
 * A publisher whose VP8 layers have counters that lie close together, as random ones do now and then: a receiver that
 * is given one layer after the other and compares their counters takes new pictures for ones that it had.
 */
import { parseRtp } from '../../../src/media/codec/rtp/rtp';
import { shiftVp8, vp8PictureId, vp8Tl0, type Vp8Shift } from '../../../src/media/codec/vp8/vp8-descriptor';
import type { TransportFactory } from '../../../src/media/webrtc/transport';

const OPUS = 111;
/** Counters of the first layer's first picture, and how much further each other layer is. */
const FIRST = { pictureId: 1000, tl0: 100 };
const APART = { pictureId: 200, tl0: 6 };

/** Renumbers what comes from every peer. */
export function closeVp8Counters(transports: TransportFactory): TransportFactory {
  const shifts = new Map<number, Vp8Shift>();
  return {
    kind: transports.kind,
    udpPort: transports.udpPort,
    close: () => transports.close(),
    create: (events) =>
      transports.create({
        ...events,
        onRtp: (packet) => {
          const rtp = parseRtp(packet);
          if (rtp && rtp.payloadType !== OPUS && rtp.payload.length > 0) {
            const shift = shifts.get(rtp.ssrc) ?? shiftOf(rtp.payload, shifts.size);
            shifts.set(rtp.ssrc, shift);
            shiftVp8(rtp.payload, shift, rtp.payload, 0);
          }
          events.onRtp(packet);
        },
      }),
  };
}

function shiftOf(payload: Buffer, layer: number): Vp8Shift {
  const [id, tl0] = [vp8PictureId(payload), vp8Tl0(payload)];
  if (id === null || tl0 === null) throw new Error('this browser sends VP8 layers without counters');
  return {
    pictureId: (FIRST.pictureId + layer * APART.pictureId - id) & 0x7fff,
    tl0: (FIRST.tl0 + layer * APART.tl0 - tl0) & 0xff,
  };
}
