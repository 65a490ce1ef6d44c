import { IsInt, Max, Min } from 'class-validator';
import { IsId, MayBeAbsent } from '../platform/common';
import type { PkInvitationCreate, PkPointsAdd } from '../contracts';

/** ms */
export const DEFAULT_DURATION = 300_000;
const MIN_DURATION = 5_000;
const MAX_DURATION = 3_600_000;

export class PkInvitationCreateDto implements PkInvitationCreate {
  @IsId()
  channelId: string;

  @MayBeAbsent()
  @IsInt()
  @Min(MIN_DURATION)
  @Max(MAX_DURATION)
  durationMs?: number;
}

export class PkPointsAddDto implements PkPointsAdd {
  @IsId()
  matchId: string;

  @IsInt()
  @Min(1)
  @Max(1_000_000)
  points: number;
}
