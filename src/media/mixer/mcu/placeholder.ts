import { colourOfUser, drawInitials, initialsOf } from '../../../shared/initials';
import { facePlace, type PlateStyle } from '../../../shared/name-plate';
import type { Area, Canvas } from './canvas';
import { fontFamilies, WEIGHT } from './fonts';
import { type Colour, parseColour, TILE } from './paint';
import { drawPlate, layPlate, type Plate, type PlateCache } from './plate';

/** Below this no letter can be read, pixels. */
const MIN_FACE = 16;

/** What is seen of somebody without a picture: the initials of their name in a round, or the outline of a person. */
export class Placeholder {
  private readonly ground: Colour;
  private readonly face: { plate: Plate; at: Area } | null;

  constructor(
    private readonly canvas: Canvas,
    private readonly area: Area,
    { userId, name, style }: { userId: string; name: string; style: PlateStyle | null },
    plates: PlateCache,
  ) {
    this.ground = parseColour(TILE, canvas.colour);
    const initials = initialsOf(name);
    const at = facePlace(area, style);
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
    const { canvas, area, face } = this;
    if (!face) return canvas.placeholder(area);
    canvas.fill(area, this.ground);
    layPlate(canvas, face.plate, face.at);
  }
}
