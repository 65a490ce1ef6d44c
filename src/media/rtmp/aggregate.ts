import { RtmpProtocolError, type RtmpMessage } from './message';

/** Of a message in an aggregate: type, length, timestamp and stream id; behind it its length again. */
const HEAD_BYTES = 11;
const BACK_POINTER_BYTES = 4;

/**
 * The messages in an aggregate message (RTMP 1.0, 7.1.6). Their timestamps are relative to each other only: the first
 * is that of the aggregate. Their payloads are views into its own.
 * @throws RtmpProtocolError where the lengths don't fit
 */
export function messagesOfAggregate({ payload, timestampMs, streamId }: RtmpMessage): RtmpMessage[] {
  const messages: RtmpMessage[] = [];
  let firstMs: number | null = null;
  for (let at = 0; at < payload.length;) {
    if (at + HEAD_BYTES > payload.length) throw new RtmpProtocolError('an aggregate that is cut off');
    const end = at + HEAD_BYTES + payload.readUIntBE(at + 1, 3);
    if (end > payload.length) throw new RtmpProtocolError('an aggregate that is cut off');
    const ownMs = payload.readUIntBE(at + 4, 3) + payload.readUInt8(at + 7) * 0x1000000;
    firstMs ??= ownMs;
    messages.push({
      type: payload.readUInt8(at),
      streamId,
      timestampMs: (timestampMs + ownMs - firstMs) >>> 0,
      payload: payload.subarray(at + HEAD_BYTES, end),
    });
    // Some leave the last back pointer out.
    at = end + BACK_POINTER_BYTES;
  }
  return messages;
}
