import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../auth';
import { OnlyReads, PageQuery } from '../platform/common';
import type { ListView, MixTaskView } from '../contracts';
import { MixingService } from './mixing.service';
import { MixTaskPatchDto } from './mixing.dto';
import { MixPreviewRequestDto } from './preview/preview.dto';

@ApiTags('mixing')
@Controller('v1/mix-tasks')
export class MixingController {
  constructor(private readonly api: MixingService) {}

  /** Lists mix tasks: all to an admin, those of their channels to a host. */
  @Get()
  list(@CurrentCaller() caller: Caller, @Query() page: PageQuery): Promise<ListView<MixTaskView>> {
    return this.api.list(caller, page);
  }

  /** Shows a mix task with its statistics. */
  @Get(':id')
  show(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<MixTaskView> {
    return this.api.show(caller, id);
  }

  /** Changes the layout of a running mix. */
  @Patch(':id')
  patch(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: MixTaskPatchDto,
  ): Promise<MixTaskView> {
    return this.api.patch(caller, id, body);
  }

  /** Draws a layout as a mix would, with test pictures, as a PNG; with the images of a channel where it is named. */
  @Post('preview')
  @OnlyReads()
  @HttpCode(200)
  @ApiProduces('image/png')
  async preview(
    @CurrentCaller() caller: Caller,
    @Body() body: MixPreviewRequestDto,
  ): Promise<StreamableFile> {
    return new StreamableFile(await this.api.preview(caller, body), { type: 'image/png' });
  }
}
