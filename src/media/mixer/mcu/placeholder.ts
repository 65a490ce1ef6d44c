import { colourOfUser, drawInitials, initialsOf } from '../../../shared/initials';
import { facePlace, type PlateStyle } from '../../../shared/name-plate';
import { avatarPlace } from './avatar';
import type { Area, Canvas } from './canvas';
import { fontFamilies, WEIGHT } from './fonts';
import { type Colour, parseColour, TILE } from './paint';
import { drawPlate, layPlate, type Plate, type PlateCache } from './plate';
import { blend, type Overlay } from './yuv';

/** Below this no letter can be read, pixels. */
const MIN_FACE = 16;

/** Of whom it is. */
export interface Face {
  userId: string;
  name: string;
  style: PlateStyle | null;
  /** Drawn for this tile; null: they have none. */
  avatar: Overlay | null;
}

/** What is seen of somebody without a camera: their avatar, the initials of their name in a round, or the outline of a person. */
export class Placeholder {
  private readonly ground: Colour;
  private readonly area: Area;
  private readonly avatar: { overlay: Overlay; x: number; y: number } | null;
  private readonly face: { plate: Plate; at: Area } | null;

  constructor(
    private readonly canvas: Canvas,
    { tile, inner }: { tile: Area; inner: Area },
    { userId, name, style, avatar }: Face,
    plates: PlateCache,
  ) {
    this.area = inner;
    this.ground = parseColour(TILE, canvas.colour);
    const place = avatarPlace(tile);
    this.avatar = avatar && place && { overlay: avatar, x: place.x, y: place.y };
    const initials = initialsOf(name);
    const at = facePlace(inner, style);
    const { width: size } = at;
    if (initials === null || size < MIN_FACE) {
      this.face = null;
      return;
    }
    const colour = colourOfUser(userId);
    const plate = plates.of(`face:${size}:${colour}:${initials}`, () =>
      drawPlate(at, canvas.colour, (context) => {
        context.fontVariationSettings = WEIGHT;
        drawInitials(context, { x: 0, y: 0, size }, { initials, colour, fonts: fontFamilies(initials) });
      }),
    );
    this.face = { plate, at };
  }

  draw(): void {
    const { canvas, area, face, avatar } = this;
    if (!face && !avatar) return canvas.placeholder(area);
    canvas.fill(area, this.ground);
    if (avatar) blend(canvas, avatar.overlay, avatar.x, avatar.y);
    else if (face) layPlate(canvas, face.plate, face.at);
  }
}
