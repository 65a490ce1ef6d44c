import type { RtmpMessage } from './message';

/**
 * Bytes of one message as chunks (RTMP 1.0, 5.3): a type 0 header, then type 3 for what doesn't fit. Stateless, so
 * messages may be dropped or reordered by the caller and the bytes shared between connections.
 * @param chunkSize must have been announced by Set Chunk Size when it isn't 128.
 */
export function writeChunks(message: RtmpMessage, csid: number, chunkSize: number): Buffer {
  const { payload } = message;
  const timestamp = Math.round(message.timestampMs) >>> 0;
  const extended = timestamp >= 0xffffff;
  const chunks = Math.max(1, Math.ceil(payload.length / chunkSize));
  const extendedBytes = extended ? 4 : 0;
  const out = Buffer.allocUnsafe(12 + extendedBytes + (chunks - 1) * (1 + extendedBytes) + payload.length);

  out[0] = csid;
  out.writeUIntBE(extended ? 0xffffff : timestamp, 1, 3);
  out.writeUIntBE(payload.length, 4, 3);
  out[7] = message.type;
  out.writeUInt32LE(message.streamId, 8);
  let at = 12;
  for (let chunk = 0; chunk < chunks; chunk++) {
    if (chunk > 0) out[at++] = 0xc0 | csid;
    // Repeated in type 3 chunks too, as all encoders and servers in use do (5.3.1.3).
    if (extended) at = out.writeUInt32BE(timestamp, at);
    at += payload.copy(out, at, chunk * chunkSize, (chunk + 1) * chunkSize);
  }
  return out;
}
