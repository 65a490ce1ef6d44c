/** Layouts and output of a mix. Types only: shared by control, the mixer, the pages and the tests. */

/** How a participant's picture fills its rectangle. */
export type Fit = 'crop' | 'fit';

/** Which of a participant's two pictures. */
export type VideoSource = 'camera' | 'screen';

/** A rectangle of a custom layout, in fractions of the canvas (0..1); `seat` is the seat number it shows. */
export interface CustomRect {
  seat: number;
  /** `screen` is there only while the seat shares one. Default: the screen while there is one, else the camera. */
  source?: VideoSource;
  x: number;
  y: number;
  width: number;
  height: number;
  z: number;
  fit: Fit;
}

/**
 * - `grid`: all seats in equal tiles.
 * - `floating`: the host full, guests small at the right edge.
 * - `side-by-side`: seat 0 left, seat 1 right. In a PK each host has a half, with their guests small at its bottom.
 * - `speaker`: the loudest large, the others in a column.
 * - `screen`: a shared screen large and whole, the cameras in a column; without one like `speaker`.
 * - `custom`: the rectangles given in `rects`.
 *
 * In the others a shared screen takes the place of its member's camera, and is shown whole.
 */
export type LayoutKind = 'grid' | 'floating' | 'side-by-side' | 'speaker' | 'screen' | 'custom';

/** Whose half of a PK's picture: the channel's own people are on the left, the opponent's on the right. */
export type LayoutSide = 'left' | 'right';

/** Lengths of a tile's look are shares of the canvas' shorter side: it is the same at every size of the output. */
export interface TileBorder {
  /** Lies within the tile, over its whole edge; 2 pixels at least. */
  width: number;
  /** `#rrggbb` */
  colour: string;
}

/** A picture of the channel over everything else. Fractions of the canvas (0..1); its height follows from its own shape. */
export interface LayoutWatermark {
  /** Id of an image of the channel. */
  image: string;
  x: number;
  y: number;
  width: number;
  /** 0 (unseen) to 1. */
  opacity: number;
}

export interface Layout {
  kind: LayoutKind;
  fit: Fit;
  /** Background colour, `#rrggbb`. */
  background: string;
  /** Id of an image of the channel: in the place of the colour, which it covers; what is too much is cut at its edges. */
  backgroundImage?: string;
  watermark?: LayoutWatermark;
  /** Shows names on the tiles; default: false. */
  names?: boolean;
  /** Default: none. */
  border?: TileBorder;
  /** Of the tiles' round corners, a share of the canvas' shorter side; at most half of a tile's. Default: 0, square. */
  radius?: number;
  /** Marks the tiles of those who aren't heard: silenced, or sending no sound. Default: false. */
  muteMarks?: boolean;
  /** Only for `custom`. */
  rects?: CustomRect[];
}

/**
 * How hard the encoder tries (x264's presets): each costs more CPU than the one before, and gives a better picture at the
 * same bitrate.
 */
export type EncoderPreset = 'ultrafast' | 'superfast' | 'veryfast' | 'faster' | 'fast';

/** Which colours the numbers of a picture stand for (ITU-T H.273); always in studio range. */
export type ColourSpace = 'bt601' | 'bt709';

/** Output of a mix. Even sizes in pixels, rates in bit/s, GOP in frames. */
export interface MixOutput {
  width: number;
  height: number;
  fps: number;
  gop: number;
  videoBitrate: number;
  audioBitrate: number;
  /** false: sound only, without a video track; what is said of the picture holds once there is one again. Default: true. */
  video?: boolean;
  /** Default: `veryfast`. */
  preset?: EncoderPreset;
  /** Default: that of the host's stream where it says so, else what players take for granted: `bt601` below 720 rows. */
  colour?: ColourSpace;
}
