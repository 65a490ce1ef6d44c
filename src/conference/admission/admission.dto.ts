import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';
import { USER_ID } from '../../auth';
import { IsPlainText, MayBeAbsent, trimmed } from '../../platform/common';
import type { AdmissionCreate } from '../../contracts';

export class AdmissionCreateDto implements AdmissionCreate {
  @Matches(USER_ID, { message: '$property must be a user id' })
  userId: string;

  @MayBeAbsent()
  @Transform(trimmed)
  @IsPlainText(1, 64)
  name?: string;
}
