import { Controller, Delete, Get, HttpCode, Param, Post, Res, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { type Caller, CurrentCaller } from '../../auth';
import { CreatedAt } from '../../platform/common';
import type { ImageView, ListView } from '../../contracts';
import { ChannelImagesService } from './channel-images.service';
import type { SentImage } from './checked-image';
import { imageAnswer, ImageBody, TakesImage } from './image-http';
import { IMAGE_LIMITS } from './image-rules';

@ApiTags('live')
@Controller('v1/channels/:id/images')
export class ChannelImagesController {
  constructor(private readonly images: ChannelImagesService) {}

  /** Keeps a picture, PNG or JPEG, of 2 MiB and 4096 × 4096 pixels at most, for the channel's layout. */
  @Post()
  @TakesImage(IMAGE_LIMITS)
  @CreatedAt<ImageView>(({ id }, { path }) => `${path}/${id}`)
  add(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @ImageBody() image: SentImage,
  ): Promise<ImageView> {
    return this.images.add(caller, id, image);
  }

  /** Lists the channel's pictures. */
  @Get()
  list(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ListView<ImageView>> {
    return this.images.list(caller, id);
  }

  /** Gives out a picture. */
  @Get(':imageId')
  async get(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('imageId') imageId: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile> {
    return imageAnswer(await this.images.get(caller, id, imageId), response);
  }

  /** Deletes a picture. A layout may go on naming it: a running mix keeps it until it doesn't, others leave it out. */
  @Delete(':imageId')
  @HttpCode(204)
  remove(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('imageId') imageId: string,
  ): Promise<void> {
    return this.images.remove(caller, id, imageId);
  }
}
