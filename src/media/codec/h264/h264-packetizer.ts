/** H.264 access units to RTP payloads, packetization mode 1 (RFC 6184): single NAL units, STAP-A and FU-A. */

const STAP_A = 24;
const FU_A = 28;
/** Leaves room for RTP, SRTP, UDP and IP headers within 1280 bytes. */
const MAX_PAYLOAD = 1180;

/** RTP payloads of one access unit, given as NAL units; the last one's packet carries the marker. */
export function packetizeH264(units: Buffer[], maxPayload = MAX_PAYLOAD): Buffer[] {
  const payloads: Buffer[] = [];
  let small: Buffer[] = [];
  const flush = (): void => {
    if (small.length) payloads.push(small.length === 1 ? small[0]! : aggregate(small));
    small = [];
  };
  for (const unit of units) {
    const together = small.reduce((sum, each) => sum + 2 + each.length, 1 + 2 + unit.length);
    if (together > maxPayload) flush();
    if (unit.length > maxPayload) payloads.push(...fragment(unit, maxPayload));
    else small.push(unit);
  }
  flush();
  return payloads;
}

/** STAP-A (§5.7.1); its NRI is the highest inside. */
function aggregate(units: Buffer[]): Buffer {
  const nri = Math.max(...units.map((unit) => unit[0]! & 0x60));
  const parts: Buffer[] = [Buffer.from([nri | STAP_A])];
  for (const unit of units) {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(unit.length);
    parts.push(size, unit);
  }
  return Buffer.concat(parts);
}

/** FU-A (§5.8) */
function fragment(unit: Buffer, maxPayload: number): Buffer[] {
  const header = unit[0]!;
  const indicator = (header & 0xe0) | FU_A;
  const fragments: Buffer[] = [];
  for (let at = 1; at < unit.length; at += maxPayload - 2) {
    const end = Math.min(unit.length, at + maxPayload - 2);
    const flags = (at === 1 ? 0x80 : 0) | (end === unit.length ? 0x40 : 0);
    fragments.push(
      Buffer.concat([Buffer.from([indicator, flags | (header & 0x1f)]), unit.subarray(at, end)]),
    );
  }
  return fragments;
}
