import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../../auth';
import type { AdmissionRequestView, AdmissionView, ListView } from '../../contracts';
import { AdmissionCreateDto } from './admission.dto';
import { AdmissionService } from './admission.service';

@ApiTags('conference')
@Controller('v1/conferences/:id')
export class AdmissionController {
  constructor(private readonly admission: AdmissionService) {}

  /** Asks to be let into a conference that needs approval. The signal `conference:admission` tells the answer. */
  @Post('requests')
  @HttpCode(200)
  ask(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<AdmissionView> {
    return this.admission.ask(caller, id);
  }

  /** Lists who waits to be let in, in the order they came. */
  @Get('requests')
  list(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ListView<AdmissionRequestView>> {
    return this.admission.list(caller, id);
  }

  /** Refuses somebody who waits, or waits no longer oneself. */
  @Delete('requests/:userId')
  @HttpCode(204)
  refuse(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.admission.refuse(caller, id, userId);
  }

  /** Lets somebody in: who waits, who was removed, or anybody else. It lifts earlier mutes. */
  @Post('admissions')
  @HttpCode(204)
  admit(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: AdmissionCreateDto,
  ): Promise<void> {
    return this.admission.admit(caller, id, body);
  }
}
