import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../../auth';
import { PageQuery } from '../../platform/common';
import type { ListView, MixerView } from '../../contracts';
import { MixersService } from './mixers.service';

@ApiTags('mixing')
@Controller('v1/mixers')
export class MixersController {
  constructor(private readonly mixers: MixersService) {}

  /** Lists the mixers that live, by the names of their machines: what each has, and what is free of it. */
  @Get()
  list(@CurrentCaller() caller: Caller, @Query() page: PageQuery): Promise<ListView<MixerView>> {
    return this.mixers.list(caller, page);
  }
}
