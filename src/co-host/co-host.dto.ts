import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsObject, Matches, Max, Min, ValidateNested } from 'class-validator';
import { USER_ID } from '../auth';
import { MayBeAbsent } from '../platform/common';
import type {
  CoHostBanCreate,
  CoHostMemberPatch,
  CoHostPatch,
  CoHostSeatPatch,
  InvitationCreate,
  MixingMode,
  MixingModePatch,
} from '../contracts';
import { LayoutDto, MAX_SEATS, MixOutputDto } from '../live';

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

export class CoHostPatchDto implements CoHostPatch {
  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => LayoutDto)
  layout?: LayoutDto;

  @MayBeAbsent()
  @IsObject()
  @ValidateNested()
  @Type(() => MixOutputDto)
  output?: MixOutputDto;
}

export class CoHostMemberPatchDto implements CoHostMemberPatch {
  @MayBeAbsent()
  @IsBoolean()
  audio?: boolean;

  @MayBeAbsent()
  @IsBoolean()
  video?: boolean;

  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(MAX_SEATS - 1)
  seat?: number;
}

export class CoHostMemberRemoveQuery {
  /** The host bans him for the session as well. */
  @MayBeAbsent()
  @IsIn(['true', 'false'])
  ban?: 'true' | 'false';
}

export class CoHostSeatPatchDto implements CoHostSeatPatch {
  @IsBoolean()
  locked: boolean;
}

export class CoHostBanCreateDto implements CoHostBanCreate {
  @Matches(USER_ID, { message: '$property must be a user id' })
  userId: string;
}

export class MixingModeDto implements MixingModePatch {
  @IsIn(['server', 'client'])
  mode: MixingMode;
}
