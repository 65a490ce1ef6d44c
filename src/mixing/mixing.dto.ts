import { Type } from 'class-transformer';
import { IsDefined, ValidateNested } from 'class-validator';
import { LayoutDto } from '../live';

export class MixTaskPatchDto {
  @IsDefined()
  @ValidateNested()
  @Type(() => LayoutDto)
  layout: LayoutDto;
}
