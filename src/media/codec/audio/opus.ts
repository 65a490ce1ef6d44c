/** Opus packets (RFC 6716 §3.1): how much sound a packet holds. */

/** Samples at 48 kHz, or 0 for a packet that isn't one. */
export function opusSamples(packet: Buffer): number {
  if (packet.length === 0) return 0;
  const toc = packet[0]!;
  const code = toc & 0x03;
  let frames = code === 0 ? 1 : 2;
  if (code === 3) {
    if (packet.length < 2) return 0;
    frames = packet[1]! & 0x3f;
  }
  return frames * frameSamples(toc >> 3);
}

function frameSamples(configuration: number): number {
  // SILK: 10, 20, 40, 60 ms; hybrid: 10, 20 ms; CELT: 2.5, 5, 10, 20 ms.
  if (configuration < 12) return [480, 960, 1920, 2880][configuration & 3]!;
  if (configuration < 16) return configuration & 1 ? 960 : 480;
  return [120, 240, 480, 960][configuration & 3]!;
}
