import {
  AV_BUFFERSRC_FLAG_KEEP_REF,
  AVCOL_RANGE_JPEG,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_SPC_BT470BG,
  AVCOL_SPC_BT709,
  AVCOL_SPC_FCC,
  AVCOL_SPC_SMPTE170M,
  AVCOL_SPC_SMPTE240M,
  Filter,
  type FilterContext,
  FilterGraph,
  Frame,
} from 'node-av';
import type { ColourSpace } from '../../contracts';
import { check } from './av';
import type { Size } from './scaler';

/** FFmpeg's names of the matrices that it converts. */
const MATRICES: Record<number, string> = {
  [AVCOL_SPC_BT709]: 'bt709',
  [AVCOL_SPC_BT470BG]: 'smpte170m',
  [AVCOL_SPC_SMPTE170M]: 'smpte170m',
  [AVCOL_SPC_FCC]: 'fcc',
  [AVCOL_SPC_SMPTE240M]: 'smpte240m',
  [AVCOL_SPC_BT2020_NCL]: 'bt2020nc',
};
/** Of pictures that don't say: browsers send what their cameras give. */
const USUAL = 'smpte170m';
const OUTPUT: Record<ColourSpace, string> = { bt601: 'smpte170m', bt709: 'bt709' };

/** How the numbers of a picture are to be read: matrix and range, in FFmpeg's words. */
export function colourOf({ colorSpace, colorRange }: Pick<Frame, 'colorSpace' | 'colorRange'>): string {
  const range = colorRange === AVCOL_RANGE_JPEG ? 'pc' : 'tv';
  return `${MATRICES[colorSpace] ?? USUAL}:${range}`;
}

/** Does a picture with these colours need no conversion? */
export function isColour(colour: string, output: ColourSpace): boolean {
  return colour === `${OUTPUT[output]}:tv`;
}

/** Brings 4:2:0 pictures of one size and colour to a mix's colour space, in studio range. Primaries are taken for the same. */
export class ColourConverter {
  private readonly graph = new FilterGraph();
  private readonly input: FilterContext;
  private readonly output: FilterContext;
  private readonly converted = new Frame();

  /** @throws Error when FFmpeg refuses it */
  constructor({ width, height }: Size, from: string, to: ColourSpace) {
    const [matrix, range] = from.split(':');
    const picture = `video_size=${width}x${height}:pix_fmt=yuv420p:time_base=1/1:pixel_aspect=1/1`;
    const same = 'iprimaries=bt709:itrc=bt709:primaries=bt709:trc=bt709';
    const conversion = `ispace=${matrix}:irange=${range}:space=${OUTPUT[to]}:range=tv:${same}:format=yuv420p:fast=1`;
    this.graph.alloc();
    this.graph.nbThreads = 1;
    this.input = this.filter('buffer', picture);
    const colours = this.filter('colorspace', conversion);
    this.output = this.filter('buffersink', null);
    check(this.input.link(0, colours, 0), 'linking the colour filter');
    check(colours.link(0, this.output, 0), 'linking the colour filter');
    check(this.graph.configSync(), 'the colour filter');
    this.converted.alloc();
  }

  /** The picture that is returned holds until the next call. */
  convert(picture: Frame): Frame {
    this.converted.unref();
    check(this.input.buffersrcAddFrameSync(picture, AV_BUFFERSRC_FLAG_KEEP_REF), 'converting colours');
    check(this.output.buffersinkGetFrameSync(this.converted), 'converting colours');
    return this.converted;
  }

  close(): void {
    this.converted.free();
    this.graph.free();
  }

  private filter(name: string, options: string | null): FilterContext {
    const filter = Filter.getByName(name);
    const context = filter && this.graph.createFilter(filter, name, options);
    if (!context) throw new Error(`FFmpeg has no filter ${name}, or refuses ${options}`);
    return context;
  }
}
