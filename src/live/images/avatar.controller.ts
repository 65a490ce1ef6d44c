import { Controller, Delete, Get, HttpCode, Put, Res, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { type Caller, CurrentCaller } from '../../auth';
import type { AvatarView } from '../../contracts';
import { AvatarService } from './avatar.service';
import type { SentImage } from './checked-image';
import { imageAnswer, ImageBody, TakesImage } from './image-http';
import { AVATAR_LIMITS } from './image-rules';

@ApiTags('auth')
@Controller('v1/me/avatar')
export class AvatarController {
  constructor(private readonly avatars: AvatarService) {}

  /**
   * Keeps the caller's picture, PNG or JPEG, of 512 KiB and 1024 × 1024 pixels at most, in the place of the one before. Mixes
   * show it in their tile while their camera is off.
   */
  @Put()
  @TakesImage(AVATAR_LIMITS)
  put(@CurrentCaller() caller: Caller, @ImageBody() image: SentImage): Promise<AvatarView> {
    return this.avatars.put(caller, image);
  }

  /** Gives out the caller's picture; 204 when there is none. */
  @Get()
  async get(
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile | undefined> {
    const avatar = await this.avatars.get(caller);
    if (avatar) return imageAnswer(avatar, response);
    response.status(204);
    return undefined;
  }

  /** Removes the caller's picture. */
  @Delete()
  @HttpCode(204)
  remove(@CurrentCaller() caller: Caller): Promise<void> {
    return this.avatars.remove(caller);
  }
}
