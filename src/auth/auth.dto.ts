import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsString, Length, Matches, Max, Min } from 'class-validator';
import { IsId, IsPlainText, MayBeAbsent, trimmed } from '../platform/common';
import type { ApiKeyCreate, TokenRequest, UserRole } from '../contracts';

/** User ids are opaque, but they travel in paths and logs, hence the charset. */
export const USER_ID = /^[A-Za-z0-9][\w.@:+-]{0,127}$/;
/** Tokens travel in a header, which must stay small: 50 ids take about 2 KB. */
const MAX_GRANTS = 50;
const userIdMessage = { message: '$property must be 1 to 128 letters, digits or any of . _ @ : + -' };

export class LoginLinkDto {
  @Matches(USER_ID, userIdMessage)
  userId: string;

  @Transform(trimmed)
  @IsPlainText(1, 64)
  name: string;

  @MayBeAbsent()
  @IsIn(['user', 'admin'])
  role?: UserRole;
}

export class TokenRequestDto extends LoginLinkDto implements TokenRequest {
  @MayBeAbsent()
  @IsInt()
  @Min(60_000)
  @Max(86_400_000)
  ttlMs?: number;

  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(MAX_GRANTS)
  @IsId({ each: true })
  channels?: string[];

  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(MAX_GRANTS)
  @IsId({ each: true })
  conferences?: string[];
}

export class ApiKeyCreateDto implements ApiKeyCreate {
  @Transform(trimmed)
  @IsPlainText(1, 100)
  name: string;
}

export class LoginDto {
  @IsString()
  @Length(1, 128)
  code: string;
}
