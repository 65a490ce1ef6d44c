/** How well this page's connection carries what it sends, from a peer connection's statistics; pure. */

export interface Sample {
  /** ms, of a clock that only goes forward */
  at: number;
  /** Since the connection was made. */
  bytesSent: number;
  /** Pictures a second; null: none is sent. */
  fps: number | null;
  /** ms; null: not known yet. */
  rttMs: number | null;
  /** Share of what was sent, 0 .. 1. */
  lost: number;
}
export type Grade = 'good' | 'fair' | 'poor';
export interface Connection {
  grade: Grade;
  rttMs: number | null;
  /** bit/s since the sample before. */
  bitrate: number;
  fps: number | null;
}

const FAIR = { rttMs: 150, lost: 0.02 };
const POOR = { rttMs: 350, lost: 0.08 };

/** @param report of an RTCPeerConnection, its entries (webrtc-stats) */
export function sampleOf(report: Iterable<Record<string, unknown>>): Sample {
  const sample: Sample = { at: 0, bytesSent: 0, fps: null, rttMs: null, lost: 0 };
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  for (const entry of report) {
    if (entry['type'] === 'outbound-rtp') {
      sample.at = Math.max(sample.at, number(entry['timestamp']) ?? 0);
      sample.bytesSent += number(entry['bytesSent']) ?? 0;
      // Of several sizes of one camera the fastest.
      const fps = number(entry['framesPerSecond']);
      if (fps !== null) sample.fps = Math.max(sample.fps ?? 0, fps);
    }
    if (entry['type'] === 'remote-inbound-rtp') {
      const rtt = number(entry['roundTripTime']);
      if (rtt !== null) sample.rttMs = Math.max(sample.rttMs ?? 0, rtt * 1000);
      sample.lost = Math.max(sample.lost, number(entry['fractionLost']) ?? 0);
    }
  }
  return sample;
}

/** @param before the sample of the same connection before, if there is one */
export function connectionOf(sample: Sample, before: Sample | null): Connection {
  const { rttMs, lost, fps } = sample;
  const isBeyond = (limit: typeof FAIR) => (rttMs ?? 0) > limit.rttMs || lost > limit.lost;
  const grade = isBeyond(POOR) ? 'poor' : isBeyond(FAIR) ? 'fair' : 'good';
  const seconds = before ? (sample.at - before.at) / 1000 : 0;
  const bytes = sample.bytesSent - (before?.bytesSent ?? 0);
  return { grade, rttMs, fps, bitrate: seconds > 0 && bytes > 0 ? (bytes * 8) / seconds : 0 };
}
