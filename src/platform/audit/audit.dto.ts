import { IsString, Length } from 'class-validator';
import { MayBeAbsent, PageQuery } from '../common';

export class AuditQuery extends PageQuery {
  /** Only this action, e.g. `api-key.revoked`. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  action?: string;
}
