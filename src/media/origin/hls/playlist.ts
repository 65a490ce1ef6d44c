import { HOLD_BACK_PARTS } from './limits';
import type { HlsSegment, HlsWindow } from './window';

/** Tags of a media playlist that aren't in its segments. */
export interface PlaylistState {
  /** Name of the part that comes next; null: the stream has ended. */
  hint: string | null;
}

/** A media playlist (RFC 8216bis); all addresses are relative to it. */
export function writeMediaPlaylist(window: HlsWindow, { hint }: PlaylistState): string {
  const { segments, partTargetMs, targetDuration } = window;
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    `#EXT-X-TARGETDURATION:${targetDuration}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${seconds(HOLD_BACK_PARTS * partTargetMs)}`,
    `#EXT-X-PART-INF:PART-TARGET=${seconds(partTargetMs)}`,
    `#EXT-X-MEDIA-SEQUENCE:${segments[0]?.sequence ?? 0}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${window.discontinuitySequence}`,
  ];
  const firstWithParts = indexOfParts(segments, 3 * targetDuration * 1000);
  segments.forEach((segment, i) => {
    lines.push(...segmentLines(segment, segments[i - 1], i >= firstWithParts));
  });
  lines.push(hint === null ? '#EXT-X-ENDLIST' : `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${hint}"`);
  return `${lines.join('\n')}\n`;
}

/** Parts are for the live edge: where the last `edgeMs` begin. */
function indexOfParts(segments: readonly HlsSegment[], edgeMs: number): number {
  let left = edgeMs;
  for (let i = segments.length - 1; i > 0; i--) {
    left -= segments[i]?.durationMs ?? 0;
    if (left <= 0) return i;
  }
  return 0;
}

function segmentLines(segment: HlsSegment, before: HlsSegment | undefined, withParts: boolean): string[] {
  const lines: string[] = [];
  if (segment.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
  if (segment.init !== before?.init) lines.push(`#EXT-X-MAP:URI="${segment.init.name}"`);
  lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.dateMs).toISOString()}`);
  for (const { durationMs, name, independent } of withParts ? segment.parts : []) {
    const suffix = independent ? ',INDEPENDENT=YES' : '';
    lines.push(`#EXT-X-PART:DURATION=${seconds(durationMs)},URI="${name}"${suffix}`);
  }
  if (segment.durationMs !== null) lines.push(`#EXTINF:${seconds(segment.durationMs)},`, segment.name);
  return lines;
}

export interface Variant {
  codecs: string;
  /** Bits per second. */
  bandwidth: number;
  /** Pixels; null without video. */
  size: { width: number; height: number } | null;
  uri: string;
}

/** A multivariant playlist of one stream, which tells players the codecs before they fetch any media. */
export function writeMultivariantPlaylist({ codecs, bandwidth, size, uri }: Variant): string {
  const resolution = size ? `,RESOLUTION=${size.width}x${size.height}` : '';
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    `#EXT-X-STREAM-INF:BANDWIDTH=${Math.round(bandwidth)},CODECS="${codecs}"${resolution}`,
    `${uri}\n`,
  ].join('\n');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
