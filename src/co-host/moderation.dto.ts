import { IsBoolean, Matches } from 'class-validator';
import { USER_ID } from '../auth';
import type { CoHostBanCreate, CoHostSeatPatch } from '../contracts';

export class CoHostSeatPatchDto implements CoHostSeatPatch {
  @IsBoolean()
  locked: boolean;
}

export class CoHostBanCreateDto implements CoHostBanCreate {
  @Matches(USER_ID, { message: '$property must be a user id' })
  userId: string;
}
