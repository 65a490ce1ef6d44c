import { isDeepStrictEqual } from 'node:util';
import type { MixOutput, VideoSource } from '../../../contracts';
import type { Frame } from '../../ffmpeg/picture';
import { type Art, NO_ART, sameArt } from './art';
import { layBackdrop } from './backdrop';
import { type Area, Canvas } from './canvas';
import type { Tile } from '../../../shared/layout';
import { outputColour } from '../../../shared/colour';
import { overlap } from '../../../shared/name-plate';
import { pictureKey } from '../../../shared/picture-key';
import type { TileLook } from '../../../shared/tile-look';
import { DrawnTile, type TileView } from './drawn-tile';
import { type Colour, parseColour } from './paint';
import { PlateCache } from './plate';
import { TilePainter } from './tile-painter';
import { Watermark } from './watermark';

/** A picture for a tile, and a number that changes with it. */
export interface TilePicture {
  picture: { readonly frame: Frame };
  serial: number;
}

/** How tiles are drawn, and the names of who sits there. */
export interface Scenery {
  look?: TileLook;
  names?: ReadonlyMap<string, string>;
}

/** Null: the placeholder. */
export type PictureOf = (userId: string, source: VideoSource) => TilePicture | null;

/** mcu (multipoint control unit), the video compositing: keeps the canvas up to date, drawing only what changed. */
export class Compositor {
  readonly canvas: Canvas;
  private tiles: DrawnTile[] = [];
  private readonly plates = new PlateCache();
  private arranged: { tiles: Tile[]; background: string; scenery: Scenery } | null = null;
  private background: Colour;
  private art = NO_ART;
  private watermark: Watermark | null = null;
  private stale = true;

  constructor(output: Pick<MixOutput, 'width' | 'height' | 'colour'>) {
    this.canvas = new Canvas(output.width, output.height, outputColour(output));
    this.background = parseColour('#000000', this.canvas.colour);
  }

  /** Puts the tiles, given in drawing order, in place of the present ones. The same tiles and pictures change nothing. */
  arrange(tiles: Tile[], background: string, scenery: Scenery = {}, art: Art = NO_ART): void {
    const arranged = { tiles, background, scenery };
    if (isDeepStrictEqual(arranged, this.arranged) && sameArt(art, this.art, tiles)) return;
    this.arranged = arranged;
    this.art = art;
    this.watermark = art.watermark && new Watermark(this.canvas, art.watermark);
    this.background = parseColour(background, this.canvas.colour);
    const painters = new Map(this.tiles.map(({ tile, painter }) => [pictureKey(tile), painter]));
    this.tiles = tiles.map((tile, index) => {
      const painter = painters.get(pictureKey(tile)) ?? new TilePainter(this.canvas);
      painters.delete(pictureKey(tile));
      return new DrawnTile(tile, painter, {
        ...{ canvas: this.canvas, plates: this.plates },
        layBackground: (area) => this.layBackground(area),
        avatar: art.avatars.get(pictureKey(tile)) ?? null,
        look: scenery.look ?? {},
        name: scenery.names?.get(tile.userId) ?? '',
        above: tiles.slice(index + 1),
      });
    });
    for (const painter of painters.values()) painter.close();
    this.stale = true;
  }

  /**
   * Draws what changed since the last call, and what lies over it.
   *
   * @param isMuted aren't they heard?
   */
  draw(pictureOf: PictureOf, isMuted: (userId: string) => boolean = () => false): void {
    if (this.stale) {
      this.watermark?.forget();
      this.layBackground({ x: 0, y: 0, width: this.canvas.width, height: this.canvas.height });
      this.stale = false;
    }
    const changed: { drawn: DrawnTile; view: TileView; covered: boolean }[] = [];
    for (const drawn of this.tiles) {
      const { userId, source = 'camera' } = drawn.tile;
      const next = pictureOf(userId, source);
      const view = {
        picture: next?.picture.frame ?? null,
        serial: next?.serial ?? null,
        muted: isMuted(userId),
      };
      const covered = changed.some(({ drawn: { tile } }) => overlap(tile, drawn.tile));
      if (covered || drawn.differs(view)) changed.push({ drawn, view, covered });
    }
    for (const { drawn } of changed) this.watermark?.liftFrom(drawn.tile);
    for (const { drawn, covered } of [...changed].reverse()) drawn.lift(covered);
    for (const { drawn, view, covered } of changed) drawn.draw(view, covered);
    this.watermark?.lay();
  }

  close(): void {
    for (const { painter } of this.tiles) painter.close();
    this.tiles = [];
    this.canvas.close();
  }
  private layBackground(area: Area): void {
    if (this.art.backdrop) layBackdrop(this.canvas, this.art.backdrop, area);
    else this.canvas.fill(area, this.background);
  }
}
