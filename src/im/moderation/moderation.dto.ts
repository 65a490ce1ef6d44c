import { IsInt, Matches, Max, Min } from 'class-validator';
import { USER_ID } from '../../auth';
import { MayBeAbsent } from '../../platform/common';
import type { RoomRestrictionCreate } from '../../contracts';

/** A year. */
const MAX_MS = 31_536_000_000;

export class RoomMuteCreateDto implements RoomRestrictionCreate {
  @Matches(USER_ID, { message: '$property must be a user id' })
  userId: string;

  @IsInt()
  @Min(1000)
  @Max(MAX_MS)
  durationMs: number;
}

export class RoomBanCreateDto implements RoomRestrictionCreate {
  @Matches(USER_ID, { message: '$property must be a user id' })
  userId: string;

  @MayBeAbsent()
  @IsInt()
  @Min(1000)
  @Max(MAX_MS)
  durationMs?: number;
}
