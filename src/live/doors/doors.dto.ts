import { Transform } from 'class-transformer';
import { IsInt, Matches, Max, Min } from 'class-validator';
import { USER_ID } from '../../auth';
import { IsPlainText, MayBeAbsent, trimmed } from '../../platform/common';
import type { ChannelSuspend, ViewerBanCreate } from '../../contracts';

/** A year, s. */
const MAX_DURATION_MS = 365 * 24 * 3600 * 1000;

export class ChannelSuspendDto implements ChannelSuspend {
  @Transform(trimmed)
  @IsPlainText(1, 500)
  note: string;
}

export class ViewerBanCreateDto implements ViewerBanCreate {
  @Matches(USER_ID, { message: '$property must be a user id' })
  userId: string;

  @MayBeAbsent()
  @IsInt()
  @Min(1000)
  @Max(MAX_DURATION_MS)
  durationMs?: number;
}
