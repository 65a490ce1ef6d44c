import { Transform } from 'class-transformer';
import { IsString, Length, Matches, MaxLength } from 'class-validator';
import { IsPlainText, MayBeAbsent, trimmed } from '../../platform/common';
import type { VisitCreate, VisitName } from '../../contracts';

/** Longer than any of ours. */
const MAX_CODE = 64;
const MAX_RENEWAL = 2048;
/** A letter, a digit, a symbol or an emoji: something that can be seen. */
const SEEN = /[\p{L}\p{N}\p{S}]/u;

export class VisitCreateDto implements VisitCreate {
  @IsString()
  @Length(1, MAX_CODE)
  code: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_RENEWAL)
  renewal?: string;
}

export class VisitNameDto implements VisitName {
  @Transform(trimmed)
  @IsPlainText(1, 32)
  @Matches(SEEN, { message: '$property must have a letter, a digit or a symbol' })
  name: string;
}
