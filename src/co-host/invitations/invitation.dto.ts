import { IsIn, IsInt, Matches, Max, Min } from 'class-validator';
import { USER_ID } from '../../auth';
import { MayBeAbsent } from '../../platform/common';
import type { InvitationCreate } from '../../contracts';
import { MAX_SEATS } from '../../live';

export class InvitationCreateDto implements InvitationCreate {
  @IsIn(['invite', 'apply'])
  kind: InvitationCreate['kind'];

  @MayBeAbsent()
  @Matches(USER_ID, { message: '$property must be a user id' })
  userId?: string;

  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MAX_SEATS - 1)
  seat?: number;
}
