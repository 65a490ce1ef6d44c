import { Transform } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsId, IsPlainText, trimmed } from '../platform/common';

/** Longer than any of ours. */
const MAX_TOKEN = 8192;

export class RenewDto {
  @IsString()
  @MaxLength(MAX_TOKEN)
  token: string;
}

export class RoomDto {
  @IsId()
  channelId: string;
}

export class SendDto extends RoomDto {
  @Transform(trimmed)
  @IsPlainText(1, 1000)
  text: string;
}

export class LikeDto extends RoomDto {
  @IsInt()
  @Min(1)
  @Max(50)
  count: number;
}

export class HistoryDto extends RoomDto {
  @IsInt()
  @Min(0)
  @Max(2_147_483_647)
  afterSeq: number;
}
