import { Transform } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { IsId, IsPlainText, trimmed } from '../platform/common';

export class RoomDto {
  @IsId()
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
