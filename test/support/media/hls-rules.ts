/**
 * What RFC 8216bis asks of the playlists of a live stream, and some things that players were reported to die of. Two
 * kinds: of one playlist, and of one after another as a player loads them.
 */
import type { Part, Playlist, Segment } from './hls-playlist';

/** Parts and their segment are measured apart, and written in ms, s. */
const SUM_TOLERANCE = 0.02;
/** Of PROGRAM-DATE-TIME from segment to segment, s. */
const DATE_TOLERANCE = 0.35;
const ROUNDING = 1e-6;

export interface Finding {
  rule: Rule;
  detail: string;
}

type Check = (playlist: Playlist) => string[];
type Comparison = (before: Playlist, now: Playlist) => string[];
export type Rule = keyof typeof checks | keyof typeof comparisons;

/** What is wrong with each playlist, and from each to the next; a rule that is broken the same way is named once. */
export function brokenRules(playlists: readonly Playlist[]): Finding[] {
  const found = new Map<string, Finding>();
  const note = (rule: Rule, details: string[]) => {
    for (const detail of details) found.set(`${rule} ${detail}`, { rule, detail });
  };
  playlists.forEach((playlist, i) => {
    for (const [rule, check] of Object.entries(checks)) note(rule as Rule, check(playlist));
    const before = playlists[i - 1];
    if (!before) return;
    for (const [rule, compare] of Object.entries(comparisons)) note(rule as Rule, compare(before, playlist));
  });
  return [...found.values()];
}

const partsOf = ({ segments }: Playlist): Part[] => segments.flatMap(({ parts }) => parts);
const said = (isBroken: boolean, detail: string): string[] => (isBroken ? [detail] : []);
const sum = (parts: readonly { duration: number | null }[]): number =>
  parts.reduce((all, { duration }) => all + (duration ?? 0), 0);
const lengthOf = (playlist: Playlist): number =>
  playlist.segments.reduce((all, { duration, parts }) => all + (duration ?? sum(parts)), 0);

const checks = {
  version: ({ tags, skipped }) => {
    const version = Number(tags.get('EXT-X-VERSION') ?? 1);
    return said(version < (skipped > 0 ? 9 : 6), `version ${version}`);
  },
  /** 4.4.3.1 */
  'target-duration': ({ segments, targetDuration }) =>
    segments.flatMap(({ uri, duration }) =>
      said(Math.round(duration ?? 0) > targetDuration, `${uri} lasts ${duration}, target ${targetDuration}`),
    ),
  /** 4.4.4.9 */
  'part-target': (playlist) =>
    partsOf(playlist).flatMap(({ uri, duration }) =>
      said(
        duration > playlist.partTarget + ROUNDING,
        `${uri} lasts ${duration}, target ${playlist.partTarget}`,
      ),
    ),
  'part-short': ({ segments, partTarget }) =>
    segments
      .flatMap(({ parts }) => parts.slice(0, -1))
      .flatMap(({ uri, duration }) =>
        said(duration < 0.85 * partTarget - ROUNDING, `${uri} lasts ${duration}, target ${partTarget}`),
      ),
  'part-sum': ({ segments }) =>
    segments.flatMap(({ uri, duration, parts }) =>
      said(
        duration !== null && parts.length > 0 && Math.abs(sum(parts) - duration) > SUM_TOLERANCE,
        `${uri} lasts ${duration}, its parts ${sum(parts).toFixed(3)}`,
      ),
    ),
  /** Should, 4.4.4.9: players begin there. */
  independent: ({ segments }) =>
    segments.flatMap(({ sequence, parts }) =>
      said(parts[0]?.independent === false, `segment ${sequence} begins with a part that isn’t independent`),
    ),
  /** 4.4.3.8 */
  'hold-back': ({ partTarget, serverControl }) =>
    said(Number(serverControl['PART-HOLD-BACK'] ?? 0) < 3 * partTarget - ROUNDING, 'under 3 part targets'),
  'block-reload': (playlist) =>
    said(
      partsOf(playlist).length > 0 && playlist.serverControl['CAN-BLOCK-RELOAD'] !== 'YES',
      'there are parts',
    ),
  'skip-until': ({ serverControl, targetDuration }) => {
    const until = Number(serverControl['CAN-SKIP-UNTIL'] ?? Infinity);
    return said(until < 6 * targetDuration, 'under 6 target durations');
  },
  /** 4.4.5.2: what is left out lies before the boundary. */
  'skip-boundary': (playlist) =>
    said(
      playlist.skipped > 0 &&
        lengthOf(playlist) < Number(playlist.serverControl['CAN-SKIP-UNTIL']) - ROUNDING,
      `${lengthOf(playlist)} s are left`,
    ),
  /** 4.4.5.3; none where nothing comes any more. */
  'preload-hint': ({ hints, ended, partTarget }) =>
    said(hints.length !== (ended || partTarget === 0 ? 0 : 1), `${hints.length} hints`),
  map: ({ segments }) =>
    pairs(segments).flatMap(([one, next]) =>
      said(one.map !== next.map && !next.discontinuity, `another before ${next.sequence}, no discontinuity`),
    ),
  date: ({ segments }) =>
    pairs(segments).flatMap(([one, next]) => {
      if (next.discontinuity) return [];
      const off = (next.date ?? NaN) - (one.date ?? NaN) - (one.duration ?? 0);
      return said(!(Math.abs(off) < DATE_TOLERANCE), `${next.sequence} is ${off.toFixed(3)} s off`);
    }),
  /** srs#4695 */
  discontinuities: ({ segments }) =>
    said(
      segments.length > 3 &&
        segments.filter(({ discontinuity }) => discontinuity).length >= segments.length - 1,
      'before every segment',
    ),
} satisfies Record<string, Check>;

const comparisons = {
  /** 6.2.1 */
  'target-changed': (before, now) => [
    ...(['targetDuration', 'partTarget'] as const).flatMap((name) =>
      said(before[name] !== now[name], `${name} ${before[name]} -> ${now[name]}`),
    ),
    ...['PART-HOLD-BACK', 'HOLD-BACK', 'CAN-SKIP-UNTIL'].flatMap((name) => {
      const [one, next] = [before, now].map(({ serverControl }) => serverControl[name]);
      return said(one !== next, `${name} ${one} -> ${next}`);
    }),
  ],
  'sequence-back': (before, now) =>
    said(now.sequence < before.sequence, `${before.sequence} -> ${now.sequence}`),
  /** 4.4.3.3: those that have left the playlist are counted. */
  'discontinuity-sequence': (before, now) => {
    const first = now.segments[0];
    if (now.skipped > 0 || before.skipped > 0 || !first) return [];
    const gone = before.segments.filter(({ sequence }) => sequence < first.sequence);
    if (gone.length === before.segments.length) return [];
    const same = before.segments.find(({ sequence }) => sequence === first.sequence);
    const count = (all: readonly Segment[]) => all.filter(({ discontinuity }) => discontinuity).length;
    const lost = count(gone) + (same?.discontinuity && !first.discontinuity ? 1 : 0);
    const due = before.discontinuitySequence + lost;
    return said(now.discontinuitySequence !== due, `${now.discontinuitySequence}, and should be ${due}`);
  },
  'segment-changed': (before, now) =>
    common(before, now).flatMap(([one, next]) =>
      said(
        one.uri !== null &&
          (['uri', 'duration', 'map', 'date'] as const).some((name) => one[name] !== next[name]),
        `${one.sequence}: ${one.uri} ${one.duration} -> ${next.uri} ${next.duration}`,
      ),
    ),
  'part-changed': (before, now) =>
    common(before, now).flatMap(([one, next]) =>
      one.parts.flatMap((part, i) => {
        const { uri, duration } = next.parts[i] ?? {};
        const isOther = next.parts.length > 0 && (uri !== part.uri || duration !== part.duration);
        return said(isOther, `${part.uri} ${part.duration} -> ${uri} ${duration}`);
      }),
    ),
  /** 6.2.2: parts of the last three target durations are kept. */
  'part-removed': (before, now) => {
    let left = 3 * now.targetDuration;
    const edge = [...now.segments]
      .reverse()
      .filter(({ duration, parts }) => (left -= duration ?? sum(parts)) > 0);
    return common(before, now).flatMap(([one, next]) =>
      said(edge.includes(next) && one.parts.length > 0 && next.parts.length === 0, `of ${next.sequence}`),
    );
  },
  /** 6.2.2: a segment leaves only where three target durations are left. */
  window: (before, now) =>
    said(
      now.sequence > before.sequence &&
        !now.ended &&
        lengthOf(now) < 3 * now.targetDuration &&
        now.skipped === 0,
      `${lengthOf(now).toFixed(3)} s are left`,
    ),
  /** The hint is the next part, unless the stream ends or breaks off. */
  'hint-unfulfilled': (before, now) => {
    const last = before.segments.at(-1);
    const [hint] = before.hints;
    const at = (sequence: number) => now.segments.find((segment) => segment.sequence === sequence)?.parts;
    const inSame = last?.duration === null ? at(last.sequence)?.[last.parts.length] : undefined;
    const next = inSame ?? at((last?.sequence ?? NaN) + 1)?.[0];
    return said(hint !== undefined && next !== undefined && next.uri !== hint, `${hint}, came ${next?.uri}`);
  },
  'came-back': (before, now) => said(before.ended && !now.ended, 'after ENDLIST'),
} satisfies Record<string, Comparison>;

function pairs(segments: readonly Segment[]): [Segment, Segment][] {
  return segments.slice(1).map((segment, i) => [segments[i]!, segment]);
}

/** Those that are in both. */
function common(before: Playlist, now: Playlist): [Segment, Segment][] {
  const bySequence = new Map(now.segments.map((segment) => [segment.sequence, segment]));
  return before.segments.flatMap((segment): [Segment, Segment][] => {
    const same = bySequence.get(segment.sequence);
    return same ? [[segment, same]] : [];
  });
}
