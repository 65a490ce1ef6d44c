import type { MixOutput, VideoSource } from '../../../contracts';
import type { Frame } from '../../ffmpeg/picture';
import { Canvas } from './canvas';
import type { Tile } from '../../../shared/layout';
import { overlap, platePlace } from '../../../shared/name-plate';
import { layNamePlate, type NamePlate, NamePlates } from './name-plate';
import { type Colour, parseColour } from './paint';
import { outputColour } from '../../../shared/colour';
import { pictureKey } from '../../../shared/picture-key';
import { TilePainter } from './tile-painter';

/** A picture for a tile, and a number that changes with it. */
export interface TilePicture {
  picture: { readonly frame: Frame };
  serial: number;
}

interface TileState {
  tile: Tile;
  painter: TilePainter;
  plate: NamePlate | null;
  /** Serial of what was drawn, null for the placeholder, undefined for nothing yet. */
  drawn: number | null | undefined;
}

/** Null: the placeholder. */
export type PictureOf = (userId: string, source: VideoSource) => TilePicture | null;

/** mcu (multipoint control unit), the video compositing: keeps the canvas up to date, drawing only what changed. */
export class Compositor {
  readonly canvas: Canvas;
  private tiles: TileState[] = [];
  private readonly plates = new NamePlates();
  private background: Colour;
  private stale = true;

  constructor(output: Pick<MixOutput, 'width' | 'height' | 'colour'>) {
    this.canvas = new Canvas(output.width, output.height, outputColour(output));
    this.background = parseColour('#000000', this.canvas.colour);
  }

  /** Puts the tiles, given in drawing order, in place of the present ones. The same tiles change nothing. */
  arrange(tiles: Tile[], background: string): void {
    const colour = parseColour(background, this.canvas.colour);
    const same =
      tiles.length === this.tiles.length &&
      tiles.every((tile, index) => sameTile(tile, this.tiles[index]!.tile)) &&
      colour.every((part, index) => part === this.background[index]);
    if (same) return;
    const before = new Map(this.tiles.map((state) => [pictureKey(state.tile), state]));
    this.tiles = tiles.map((tile) => {
      const painter = before.get(pictureKey(tile))?.painter ?? new TilePainter(this.canvas);
      before.delete(pictureKey(tile));
      return { tile, painter, plate: this.plates.of(tile), drawn: undefined };
    });
    for (const { painter } of before.values()) painter.close();
    this.background = colour;
    this.stale = true;
  }

  /** Draws what changed since the last call. */
  draw(pictureOf: PictureOf): void {
    if (this.stale) {
      this.canvas.fill({ x: 0, y: 0, width: this.canvas.width, height: this.canvas.height }, this.background);
      this.stale = false;
    }
    const redrawn: Tile[] = [];
    for (const [index, state] of this.tiles.entries()) {
      const { userId, source = 'camera' } = state.tile;
      const next = pictureOf(userId, source);
      const serial = next?.serial ?? null;
      const covered = redrawn.some((tile) => overlap(tile, state.tile));
      if (serial === state.drawn && !covered) continue;
      this.drawTile(state, next?.picture.frame ?? null);
      if (state.plate) this.drawPlate(state.tile, state.plate, index);
      state.drawn = serial;
      redrawn.push(state.tile);
    }
  }

  close(): void {
    for (const { painter } of this.tiles) painter.close();
    this.tiles = [];
    this.canvas.close();
  }

  private drawTile({ tile, painter }: TileState, picture: Frame | null): void {
    if (!picture) {
      this.canvas.placeholder(tile);
      return;
    }
    // With `fit` the bars around the picture are background; over a lower tile they would show it otherwise.
    if (tile.fit === 'fit') this.canvas.fill(tile, this.background);
    painter.draw(picture, tile, tile.fit);
  }

  private drawPlate(tile: Tile, plate: NamePlate, index: number): void {
    const above = this.tiles.slice(index + 1).map((state) => state.tile);
    layNamePlate(this.canvas, plate, platePlace(tile, plate, above));
  }
}

function sameTile(a: Tile, b: Tile): boolean {
  return (
    pictureKey(a) === pictureKey(b) &&
    a.x === b.x &&
    a.y === b.y &&
    a.width === b.width &&
    a.height === b.height &&
    a.z === b.z &&
    a.fit === b.fit &&
    a.name === b.name
  );
}
