import { IsIn } from 'class-validator';
import type { MixingMode, MixingModePatch } from '../../contracts';

export class MixingModeDto implements MixingModePatch {
  @IsIn(['server', 'client'])
  mode: MixingMode;
}
