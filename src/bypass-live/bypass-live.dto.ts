import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { USER_ID } from '../auth';
import { MayBeAbsent } from '../platform/common';
import type { BypassAudience, BypassLivePatch } from '../contracts';
import { MixPatchDto } from '../live';

const MAX_ALLOWED = 1000;

export class WatchQuery {
  /** How long the answer may wait for the live to play. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(10_000)
  waitMs?: number;
}

export class BypassLivePatchDto extends MixPatchDto implements BypassLivePatch {
  @MayBeAbsent()
  @IsBoolean()
  enabled?: boolean;

  @MayBeAbsent()
  @IsIn(['open', 'allowed'])
  audience?: BypassAudience;

  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(MAX_ALLOWED)
  @ArrayUnique()
  @Matches(USER_ID, { each: true, message: '$property must be user ids' })
  allowed?: string[];
}
