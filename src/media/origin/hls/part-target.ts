import { pictureInfoOf } from '../../codec/h264/h264';
import { isFrame, type Stream } from '../../stream';

/** Parts last about so long, ms: players of LL-HLS are three of them behind. */
const PART_MS = 280;
/** A part must last 85 to 100 % of the target (RFC 8216bis, 4.4.4.9): this puts it in the middle, whatever jitter there is. */
const ROOM = 1.08;
/** Pictures that are further apart, or closer, than any camera's tell nothing, ms. */
const MIN_PICTURE_MS = 8;
const MAX_PICTURE_MS = 1000;
const DEFAULT_PICTURE_MS = 40;

/** PART-TARGET for a stream, ms: a whole number of its pictures, and some room for timestamps that jitter. */
export function partTargetOf(stream: Stream): number {
  if (!stream.video) return Math.round(PART_MS * ROOM);
  const pictureMs = spacingOf(stream) ?? spacingBySps(stream.video) ?? DEFAULT_PICTURE_MS;
  const pictures = Math.max(1, Math.floor(PART_MS / pictureMs + 0.3));
  return Math.round(pictures * pictureMs * ROOM);
}

/** Mean of the middle half of the times between pictures of the current GOP, ms: a hand-over squeezes some. */
function spacingOf(stream: Stream): number | null {
  const times = stream
    .burst()
    .flatMap((unit) => (isFrame(unit) && unit.kind === 'video' ? [unit.dtsMs] : []));
  const steps = times.slice(1).map((ms, i) => ms - times[i]!);
  const middle = steps.sort((a, b) => a - b).slice(steps.length >> 2, Math.ceil((steps.length * 3) / 4));
  const mean = middle.reduce((sum, ms) => sum + ms, 0) / middle.length;
  return mean >= MIN_PICTURE_MS && mean <= MAX_PICTURE_MS ? mean : null;
}

function spacingBySps(config: Buffer): number | null {
  const fps = pictureInfoOf(config)?.fps;
  return fps && fps <= 1000 / MIN_PICTURE_MS && fps >= 1000 / MAX_PICTURE_MS ? 1000 / fps : null;
}
