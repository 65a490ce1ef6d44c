import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { IsPlainText, trimmed } from '../platform/common';
import type { ConferenceCreate, MemberPatch } from '../contracts';

export class ConferenceCreateDto implements ConferenceCreate {
  @IsOptional()
  @Transform(trimmed)
  @IsPlainText(1, 100)
  title?: string;

  @IsOptional()
  @IsIn(['open', 'members'])
  access?: 'open' | 'members';
}

export class MemberPatchDto implements MemberPatch {
  @IsOptional()
  @IsBoolean()
  audio?: boolean;

  @IsOptional()
  @IsBoolean()
  video?: boolean;
}
