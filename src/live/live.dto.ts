import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, Matches, Max, Min, ValidateNested } from 'class-validator';
import { USER_ID } from '../auth';
import { IsPlainText, MayBeAbsent, trimmed } from '../common';
import type { ChannelCreate, ChannelPatch, ClientMixFallback, MixingMode } from '../contracts';
import { MAX_SEATS } from './channel-defaults';
import { LayoutDto, MixOutputDto } from './layout.dto';

export class ChannelCreateDto implements ChannelCreate {
  @Transform(trimmed)
  @IsPlainText(1, 100)
  title: string;

  @MayBeAbsent()
  @Matches(USER_ID, { message: '$property must be a user id' })
  ownerId?: string;
}

export class ChannelPatchDto implements ChannelPatch {
  @MayBeAbsent()
  @Transform(trimmed)
  @IsPlainText(1, 100)
  title?: string;

  @MayBeAbsent()
  @IsIn(['server', 'client'])
  mixingMode?: MixingMode;

  @MayBeAbsent()
  @IsIn(['hold', 'server'])
  clientMixFallback?: ClientMixFallback;

  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => LayoutDto)
  layout?: LayoutDto;

  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => MixOutputDto)
  output?: MixOutputDto;

  @MayBeAbsent()
  @IsInt()
  @Min(2)
  @Max(MAX_SEATS)
  seatLimit?: number;
}
