import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsDivisibleBy,
  IsIn,
  IsInt,
  IsNumber,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  type ValidationArguments,
  ValidateNested,
} from 'class-validator';
import { IsId, MayBeAbsent, OptionalNested } from '../platform/common';
import type {
  ColourSpace,
  CustomRect,
  EncoderPreset,
  Fit,
  Layout,
  LayoutKind,
  LayoutWatermark,
  MixOutput,
  TileBorder,
  VideoSource,
} from '../contracts';

const LAYOUT_KINDS: LayoutKind[] = ['grid', 'floating', 'side-by-side', 'speaker', 'screen', 'custom'];
const VIDEO_SOURCES: VideoSource[] = ['camera', 'screen'];
const FITS: Fit[] = ['crop', 'fit'];
const COLOUR_SPACES: ColourSpace[] = ['bt601', 'bt709'];
const ENCODER_PRESETS: EncoderPreset[] = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast'];
/** Highest seat number; each may have two rectangles. */
const MAX_SEAT = 15;
/** Thirds and the like don't add up to 1 exactly. */
const EPSILON = 1e-6;

/** A rectangle's size together with its origin ends within the canvas. */
function EndsWithinCanvas(origin: 'x' | 'y'): PropertyDecorator {
  return ValidateBy({
    name: 'endsWithinCanvas',
    validator: {
      validate: (value: unknown, args?: ValidationArguments) =>
        Number(value) + Number((args?.object as CustomRect)[origin]) <= 1 + EPSILON,
      defaultMessage: () => `${origin} + $property must not be greater than 1`,
    },
  });
}

export class CustomRectDto implements CustomRect {
  @IsInt()
  @Min(0)
  @Max(MAX_SEAT)
  seat: number;

  @MayBeAbsent()
  @IsIn(VIDEO_SOURCES)
  source?: VideoSource;

  @IsNumber()
  @Min(0)
  @Max(1)
  x: number;

  @IsNumber()
  @Min(0)
  @Max(1)
  y: number;

  @IsNumber()
  @Min(0.01)
  @EndsWithinCanvas('x')
  width: number;

  @IsNumber()
  @Min(0.01)
  @EndsWithinCanvas('y')
  height: number;

  @IsInt()
  @Min(0)
  @Max(100)
  z: number;

  @IsIn(FITS)
  fit: Fit;
}

/** Of a layout's border and corners: shares of the canvas' shorter side. */
const MAX_BORDER = 0.05;
const MAX_RADIUS = 0.5;

function IsColour(): PropertyDecorator {
  return Matches(/^#[0-9a-f]{6}$/i, { message: '$property must be a colour of the form #rrggbb' });
}

export class TileBorderDto implements TileBorder {
  @IsNumber()
  @Min(0)
  @Max(MAX_BORDER)
  width: number;

  @IsColour()
  colour: string;
}

/** Its height isn't known here: what would be beyond the lower edge isn't seen. */
export class LayoutWatermarkDto implements LayoutWatermark {
  @IsId()
  image: string;

  @IsNumber()
  @Min(0)
  @Max(1)
  x: number;

  @IsNumber()
  @Min(0)
  @Max(1)
  y: number;

  @IsNumber()
  @Min(0.01)
  @EndsWithinCanvas('x')
  width: number;

  @IsNumber()
  @Min(0)
  @Max(1)
  opacity: number;
}

export class LayoutDto implements Layout {
  @IsIn(LAYOUT_KINDS)
  kind: LayoutKind;

  @IsIn(FITS)
  fit: Fit;

  @IsColour()
  background: string;

  /** One that isn't there any more is left out. */
  @MayBeAbsent()
  @IsId()
  backgroundImage?: string;

  @OptionalNested(() => LayoutWatermarkDto)
  watermark?: LayoutWatermarkDto;

  @MayBeAbsent()
  @IsBoolean()
  names?: boolean;

  @OptionalNested(() => TileBorderDto)
  border?: TileBorderDto;

  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(MAX_RADIUS)
  radius?: number;

  @MayBeAbsent()
  @IsBoolean()
  muteMarks?: boolean;

  /** Needed for `custom`, refused for the others. */
  @ValidateIf((layout: Layout) => layout.kind === 'custom' || layout.rects !== undefined)
  @IsOnlyForCustom()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(2 * (MAX_SEAT + 1))
  @ShowsPicturesOnce()
  @ValidateNested({ each: true })
  @Type(() => CustomRectDto)
  rects?: CustomRectDto[];
}

/** A rectangle without a source shows either of its seat's pictures, so it is the only one of the seat. */
function ShowsPicturesOnce(): PropertyDecorator {
  return ValidateBy({
    name: 'showsPicturesOnce',
    validator: {
      validate: (rects: unknown) =>
        !Array.isArray(rects) || showsPicturesOnce(rects as (CustomRect | null)[]),
      defaultMessage: () => '$property must show every seat once at most, or its camera and its screen',
    },
  });
}

function showsPicturesOnce(rects: readonly (CustomRect | null)[]): boolean {
  return rects.every((rect, index) =>
    rects.slice(index + 1).every((other) => {
      if (!rect || !other || rect.seat !== other.seat) return true;
      return rect.source !== other.source && Boolean(rect.source && other.source);
    }),
  );
}

function IsOnlyForCustom(): PropertyDecorator {
  return ValidateBy({
    name: 'isOnlyForCustom',
    validator: {
      validate: (_: unknown, args?: ValidationArguments) => (args?.object as Layout).kind === 'custom',
      defaultMessage: () => '$property belong to the layout custom only',
    },
  });
}

/** Of a mix or a preview of one. */
export class CanvasDto implements Pick<MixOutput, 'width' | 'height' | 'colour'> {
  @IsInt()
  @IsDivisibleBy(2)
  @Min(160)
  @Max(1920)
  width: number;

  @IsInt()
  @IsDivisibleBy(2)
  @Min(160)
  @Max(1920)
  height: number;

  @MayBeAbsent()
  @IsIn(COLOUR_SPACES)
  colour?: ColourSpace;
}

export class MixOutputDto extends CanvasDto implements MixOutput {
  @IsInt()
  @Min(5)
  @Max(60)
  fps: number;

  @IsInt()
  @Min(1)
  @Max(300)
  gop: number;

  @IsInt()
  @Min(100_000)
  @Max(20_000_000)
  videoBitrate: number;

  @IsInt()
  @Min(32_000)
  @Max(320_000)
  audioBitrate: number;

  @MayBeAbsent()
  @IsBoolean()
  video?: boolean;

  @MayBeAbsent()
  @IsIn(ENCODER_PRESETS)
  preset?: EncoderPreset;
}

/** The part of a PATCH that changes what a mix looks like. What isn't named stays. */
export class MixPatchDto {
  @OptionalNested(() => LayoutDto)
  layout?: LayoutDto;

  @OptionalNested(() => MixOutputDto)
  output?: MixOutputDto;
}
