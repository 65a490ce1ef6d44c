/** ICE candidates as SDP attributes (RFC 8839 §5.1). */

const FIELDS = 8;

/** `candidate:…` without a leading `a=`, or null when it isn't one. */
export function normalizeCandidate(candidate: string): string | null {
  const bare = candidate.trim().replace(/^a=/, '');
  return /^candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ \S+/.test(bare) ? bare : null;
}

/**
 * What to announce for one local candidate. With announced addresses a host candidate is written once per address,
 * with its own port; other types are announced as they are.
 */
export function announce(candidate: string, announcedAddresses: string[]): string[] {
  const bare = normalizeCandidate(candidate);
  if (!bare) return [];
  const fields = bare.split(' ');
  if (announcedAddresses.length === 0 || fields[FIELDS - 1] !== 'host') return [bare];
  return announcedAddresses.map((address) => {
    const copy = [...fields];
    copy[4] = address;
    return copy.join(' ');
  });
}

/** Keeps an announced list free of duplicates: all interfaces lead to the same announced address and port. */
export class CandidateSet {
  private readonly seen = new Set<string>();

  /** Whether address and port are new. */
  add(candidate: string): boolean {
    const [, , , , address, port] = candidate.split(' ');
    const key = `${address} ${port}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }
}
