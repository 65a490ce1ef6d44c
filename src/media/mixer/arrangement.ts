import type { Layout, VideoSource, WantedPicture } from '../../contracts';
import { type LayoutSeat, layoutTiles, type Tile } from '../../shared/layout';
import { highest, pictureHeights } from '../../shared/picture-height';
import { pictureKey } from '../../shared/picture-key';
import { seenTiles } from './mcu/seen';
import type { MixParts } from './mix-parts';

const CAMERA: VideoSource[] = ['camera'];
const VIDEO_SOURCES: VideoSource[] = ['camera', 'screen'];

/** Brings tiles and inputs in line with the spec, the shared screens and the speaker. */
export function arrange(parts: MixParts): void {
  const { spec, picture, inputs, screens, overload } = parts;
  const tiles = tilesOf(parts, screens.shown(spec.seats));
  // A mix of sound only shows nobody.
  const seen = picture?.arrange(tiles, spec.layout, spec.seats) ?? [];
  const heightOf = heightsOf([...seen, ...(picture ? comingScreens(parts) : [])]);
  // What isn't seen isn't decoded, nor waited for, and may come small.
  parts.seats = spec.seats.map((seat) => ({
    ...seat,
    video: seat.video && heightOf(seat.userId, 'camera') > 0,
    screen: heightOf(seat.userId, 'screen') > 0,
  }));
  inputs.setSeats(parts.seats);
  const share = overload.taken.includes('inputs') ? 0.5 : 1;
  const wanted = screens.offered(spec.seats).flatMap(({ userId, screen }) =>
    (screen ? VIDEO_SOURCES : CAMERA).map((source) => ({
      ...{ userId, source },
      height: Math.ceil(heightOf(userId, source) * share),
    })),
  );
  inputs.want(wanted);
}

/** Where the layout shows the loudest large, it follows them. @param ms media time */
export function followSpeaker(parts: MixParts, ms: number): void {
  const { spec, mixer, loudest } = parts;
  if (!followsSpeaker(spec.layout)) return;
  const levels = new Map(spec.seats.map((seat) => [seat.userId, mixer.level(seat.userId)]));
  const speaker = loudest.update(ms, levels);
  if (speaker === parts.speaker) return;
  parts.speaker = speaker;
  arrange(parts);
}

function followsSpeaker({ kind }: Layout): boolean {
  return kind === 'speaker' || kind === 'screen';
}

function tilesOf({ spec, speaker }: MixParts, seats: LayoutSeat[]): Tile[] {
  return layoutTiles(spec.layout, seats, spec.output, followsSpeaker(spec.layout) ? speaker : null);
}

/** Screens that are decoded already, since they will be seen once there is a picture of them. */
function comingScreens(parts: MixParts): WantedPicture[] {
  const { screens, spec } = parts;
  const tiles = seenTiles(tilesOf(parts, screens.offered(spec.seats)), spec.layout, spec.output);
  return pictureHeights(tiles).filter(({ source }) => source === 'screen');
}

/** Pixels; 0: isn't seen. */
function heightsOf(pictures: WantedPicture[]): (userId: string, source: VideoSource) => number {
  const heights = new Map(highest(pictures).map((each) => [pictureKey(each), each.height]));
  return (userId, source) => heights.get(pictureKey({ userId, source })) ?? 0;
}
