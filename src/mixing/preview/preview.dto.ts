import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsInt,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { USER_ID } from '../../auth';
import type { LayoutSide, MixPreviewRequest, MixPreviewSeat } from '../../contracts';
import { CanvasDto, LayoutDto } from '../../live';
import { IsId, IsPlainText, MayBeAbsent, OptionalNested } from '../../platform/common';

/** Of a channel's co-hosting, and of each side of a PK. */
const MAX_SEAT = 15;
const SIDES: LayoutSide[] = ['left', 'right'];

export class MixPreviewSeatDto implements MixPreviewSeat {
  @IsPlainText(0, 64)
  name: string;

  @IsInt()
  @Min(0)
  @Max(MAX_SEAT)
  seat: number;

  @MayBeAbsent()
  @IsIn(SIDES)
  side?: LayoutSide;

  @MayBeAbsent()
  @Matches(USER_ID, { message: '$property must be a user id' })
  userId?: string;

  @MayBeAbsent()
  @IsBoolean()
  audio?: boolean;

  @MayBeAbsent()
  @IsBoolean()
  video?: boolean;

  @MayBeAbsent()
  @IsBoolean()
  screen?: boolean;
}

export class MixPreviewRequestDto implements MixPreviewRequest {
  @MayBeAbsent()
  @IsId()
  channelId?: string;

  @IsDefined()
  @ValidateNested()
  @Type(() => LayoutDto)
  layout: LayoutDto;

  @OptionalNested(() => CanvasDto)
  output?: CanvasDto;

  /** Each seat once, on its side. */
  @IsArray()
  @ArrayMaxSize(2 * (MAX_SEAT + 1))
  @ArrayUnique((seat: MixPreviewSeat | null) => `${seat?.side} ${seat?.seat}`, {
    message: '$property must show every seat once at most',
  })
  @ValidateNested({ each: true })
  @Type(() => MixPreviewSeatDto)
  seats: MixPreviewSeatDto[];
}
