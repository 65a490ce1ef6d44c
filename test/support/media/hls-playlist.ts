/** A media playlist with all that its rules are about (RFC 8216bis, 4.4). Durations and times are s. */
import { attributesOf } from './hls-capture';

export interface Part {
  uri: string;
  duration: number;
  independent: boolean;
}

export interface Segment {
  /** Media sequence number. */
  sequence: number;
  /** Null while it is under way. */
  uri: string | null;
  duration: number | null;
  map: string;
  discontinuity: boolean;
  /** PROGRAM-DATE-TIME, s since 1970. */
  date: number | null;
  parts: Part[];
}

export interface Playlist {
  /** The first value of each tag. */
  tags: ReadonlyMap<string, string>;
  sequence: number;
  discontinuitySequence: number;
  targetDuration: number;
  /** 0: there are no parts. */
  partTarget: number;
  serverControl: Record<string, string>;
  /** Those of EXT-X-SKIP are left out. */
  segments: Segment[];
  skipped: number;
  /** Of EXT-X-PRELOAD-HINT. */
  hints: string[];
  ended: boolean;
}

/** @throws Error where a tag has no number that should have one */
export function parsePlaylist(text: string): Playlist {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const tags = new Map<string, string>();
  for (const line of lines) {
    const [, tag = '', value = ''] = /^#([A-Z0-9-]+):?(.*)$/.exec(line) ?? [];
    if (tag && !tags.has(tag)) tags.set(tag, value);
  }
  const numberOf = (tag: string): number => requireNumber(tag, tags.get(tag) ?? '0');
  const skip = attributesOf(tags.get('EXT-X-SKIP') ?? '')['SKIPPED-SEGMENTS'] ?? '0';
  const skipped = requireNumber('EXT-X-SKIP', skip);
  const partTarget = attributesOf(tags.get('EXT-X-PART-INF') ?? '')['PART-TARGET'] ?? '0';
  return {
    tags,
    sequence: numberOf('EXT-X-MEDIA-SEQUENCE'),
    discontinuitySequence: numberOf('EXT-X-DISCONTINUITY-SEQUENCE'),
    targetDuration: numberOf('EXT-X-TARGETDURATION'),
    partTarget: requireNumber('EXT-X-PART-INF', partTarget),
    serverControl: attributesOf(tags.get('EXT-X-SERVER-CONTROL') ?? ''),
    segments: readSegments(lines, numberOf('EXT-X-MEDIA-SEQUENCE') + skipped),
    skipped,
    hints: lines
      .filter((line) => line.startsWith('#EXT-X-PRELOAD-HINT:'))
      .map((line) => attributesOf(line.slice(20)))
      .filter(({ TYPE }) => TYPE === 'PART')
      .map(({ URI = '' }) => URI),
    ended: tags.has('EXT-X-ENDLIST'),
  };
}

function readSegments(lines: readonly string[], first: number): Segment[] {
  const segments: Segment[] = [];
  let map = '';
  const begin = (): Segment => ({
    ...{ sequence: first + segments.length, uri: null, duration: null, map },
    ...{ discontinuity: false, date: null, parts: [] },
  });
  let open = begin();
  for (const line of lines) {
    const [, tag = '', value = ''] = /^#([A-Z0-9-]+):?(.*)$/.exec(line) ?? [];
    if (tag === 'EXT-X-DISCONTINUITY') open.discontinuity = true;
    if (tag === 'EXT-X-MAP') open.map = map = attributesOf(value)['URI'] ?? '';
    if (tag === 'EXT-X-PROGRAM-DATE-TIME') open.date = requireNumber(tag, String(Date.parse(value) / 1000));
    if (tag === 'EXTINF') open.duration = requireNumber(tag, value.split(',')[0]!);
    if (tag === 'EXT-X-PART') {
      const { DURATION = '', URI: uri = '', INDEPENDENT } = attributesOf(value);
      open.parts.push({ uri, duration: requireNumber(tag, DURATION), independent: INDEPENDENT === 'YES' });
    }
    if (line.startsWith('#')) continue;
    segments.push({ ...open, uri: line });
    open = begin();
  }
  return open.parts.length > 0 ? [...segments, open] : segments;
}

function requireNumber(tag: string, value: string): number {
  const number = Number(value);
  if (value === '' || !Number.isFinite(number)) throw new Error(`${tag}: no number in "${value}"`);
  return number;
}
