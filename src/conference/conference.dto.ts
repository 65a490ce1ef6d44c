import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, Max, Min, ValidateIf } from 'class-validator';
import { IsPlainText, MayBeAbsent, trimmed } from '../platform/common';
import { IsGain } from './members/gain.dto';
import type { ConferenceAccess, ConferenceCreate, ConferencePatch, MemberPatch } from '../contracts';

const MAX_MEMBER_LIMIT = 10_000;

export class ConferenceCreateDto implements ConferenceCreate {
  @IsOptional()
  @Transform(trimmed)
  @IsPlainText(1, 100)
  title?: string;

  @IsOptional()
  @IsIn(['open', 'approval', 'members'])
  access?: ConferenceAccess;

  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MAX_MEMBER_LIMIT)
  memberLimit?: number;
}

export class ConferencePatchDto implements ConferencePatch {
  @MayBeAbsent()
  @Transform(trimmed)
  @IsPlainText(1, 100)
  title?: string;

  @MayBeAbsent()
  @IsIn(['open', 'approval', 'members'])
  access?: ConferenceAccess;

  @MayBeAbsent()
  @IsBoolean()
  locked?: boolean;

  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsInt()
  @Min(1)
  @Max(MAX_MEMBER_LIMIT)
  memberLimit?: number | null;
}

export class MemberPatchDto implements MemberPatch {
  @IsOptional()
  @IsBoolean()
  audio?: boolean;

  @IsOptional()
  @IsBoolean()
  video?: boolean;

  @IsGain()
  gain?: number;
}
