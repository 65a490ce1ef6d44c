import { Transform } from 'class-transformer';
import { IsInt, IsUUID, Matches, Max, Min } from 'class-validator';
import { USER_ID } from '../auth';
import { IsPlainText, MayBeAbsent, trimmed } from '../platform/common';
import type { RoomRestrictionCreate } from '../contracts';

export class RoomDto {
  @IsUUID()
  channelId: string;
}

export class SendDto extends RoomDto {
  @Transform(trimmed)
  @IsPlainText(1, 1000)
  text: string;
}

export class HistoryDto extends RoomDto {
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  afterSeq: number;
}

/** A year, s. */
const MAX_SECONDS = 31_536_000;

export class RoomMuteCreateDto implements RoomRestrictionCreate {
  @Matches(USER_ID, { message: '$property must be a user id' })
  userId: string;

  @IsInt()
  @Min(1)
  @Max(MAX_SECONDS)
  seconds: number;
}

export class RoomBanCreateDto implements RoomRestrictionCreate {
  @Matches(USER_ID, { message: '$property must be a user id' })
  userId: string;

  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MAX_SECONDS)
  seconds?: number;
}
