import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../../auth';
import { Repeatable } from '../../platform/common';
import type { CoHostView, PushUrlView } from '../../contracts';
import { MixingModeDto } from './client-mixing.dto';
import { ClientMixingService } from './client-mixing.service';

@ApiTags('co-host')
@Controller('v1/channels/:id/co-host')
export class ClientMixingController {
  constructor(private readonly clientMixing: ClientMixingService) {}

  /** Client mixing: the address to which the host's app pushes the mix that it makes. */
  @Post('mix-push-url')
  @Repeatable()
  @HttpCode(200)
  mixPushUrl(@CurrentCaller() caller: Caller, @Param('id') channelId: string): Promise<PushUrlView> {
    return this.clientMixing.pushUrl(caller, channelId);
  }

  /** Switches the mixing mode of the running session; the old mix is on the air until the new one is. */
  @Post('mixing-mode')
  @HttpCode(202)
  setMixingMode(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Body() { mode }: MixingModeDto,
  ): Promise<CoHostView> {
    return this.clientMixing.setMode(caller, channelId, mode);
  }
}
