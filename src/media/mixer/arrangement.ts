import { layoutTiles } from '../../shared/layout';
import type { MixParts } from './mix-parts';

/** Brings tiles and inputs in line with the spec and the speaker. */
export function arrange(parts: MixParts): void {
  const { spec, picture, inputs, overload } = parts;
  const speaker = spec.layout.kind === 'speaker' ? parts.speaker : null;
  const tiles = layoutTiles(spec.layout, spec.seats, spec.output, speaker);
  // A mix of sound only shows nobody.
  const heights = picture?.arrange(tiles, spec.layout, spec.seats) ?? new Map<string, number>();
  // Who isn't seen is heard only: their pictures aren't decoded, nor waited for, and may come small.
  parts.seats = spec.seats.map((seat) => ({ ...seat, video: seat.video && heights.has(seat.userId) }));
  inputs.setSeats(parts.seats);
  const share = overload.taken.includes('inputs') ? 0.5 : 1;
  inputs.setHeights(
    new Map(spec.seats.map(({ userId }) => [userId, Math.ceil((heights.get(userId) ?? 0) * share)])),
  );
}

/** Where the layout shows the loudest large, it follows them. @param ms media time */
export function followSpeaker(parts: MixParts, ms: number): void {
  const { spec, mixer, loudest } = parts;
  if (spec.layout.kind !== 'speaker') return;
  const levels = new Map(spec.seats.map((seat) => [seat.userId, mixer.level(seat.userId)]));
  const speaker = loudest.update(ms, levels);
  if (speaker === parts.speaker) return;
  parts.speaker = speaker;
  arrange(parts);
}
