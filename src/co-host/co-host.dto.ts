import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsObject, Max, Min, ValidateNested } from 'class-validator';
import { MayBeAbsent } from '../platform/common';
import type { CoHostMemberPatch, CoHostPatch } from '../contracts';
import { LayoutDto, MAX_SEATS, MixOutputDto } from '../live';

export class CoHostPatchDto implements CoHostPatch {
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
}

export class CoHostMemberPatchDto implements CoHostMemberPatch {
  @MayBeAbsent()
  @IsBoolean()
  audio?: boolean;

  @MayBeAbsent()
  @IsBoolean()
  video?: boolean;

  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MAX_SEATS - 1)
  seat?: number;
}

export class CoHostMemberRemoveQuery {
  /** The host bans them for the session as well. */
  @MayBeAbsent()
  @IsIn(['true', 'false'])
  ban?: 'true' | 'false';
}
