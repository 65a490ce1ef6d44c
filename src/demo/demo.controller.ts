import { Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../auth';
import { Repeatable } from '../platform/common';
import type { DemoStarted, DemoView } from '../contracts';
import { DemoService } from './demo.service';

@ApiTags('demo')
@Controller('v1/demo')
export class DemoController {
  constructor(private readonly demo: DemoService) {}

  /** Tells whether a demo is running. */
  @Get()
  show(@CurrentCaller() caller: Caller): Promise<DemoView> {
    return this.demo.show(caller);
  }

  /** Puts a synthetic host and guest on the air, for ten minutes at most. */
  @Post()
  @Repeatable()
  @HttpCode(202)
  start(@CurrentCaller() caller: Caller): Promise<DemoStarted> {
    return this.demo.start(caller);
  }

  /** Ends the demo. */
  @Delete()
  @HttpCode(204)
  stop(@CurrentCaller() caller: Caller): Promise<void> {
    return this.demo.stop(caller);
  }
}
