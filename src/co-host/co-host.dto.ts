import { IsBoolean, IsIn, IsInt, Max, Min } from 'class-validator';
import { IsGain } from '../conference';
import { MayBeAbsent } from '../platform/common';
import type { CoHostMemberPatch, CoHostPatch } from '../contracts';
import { MAX_SEATS, MixPatchDto } from '../live';

export class CoHostPatchDto extends MixPatchDto implements CoHostPatch {}

export class CoHostMemberPatchDto implements CoHostMemberPatch {
  @MayBeAbsent()
  @IsBoolean()
  audio?: boolean;

  @MayBeAbsent()
  @IsBoolean()
  video?: boolean;

  @IsGain()
  gain?: number;

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
