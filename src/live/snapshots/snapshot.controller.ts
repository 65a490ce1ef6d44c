import { Controller, Get, Header, Param, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn } from 'class-validator';
import type { Request, Response } from 'express';
import { type Caller, CurrentCaller, ForVisitors } from '../../auth';
import { MayBeAbsent } from '../../platform/common';
import { SnapshotService } from './snapshot.service';

/** A fixed set, so that few pictures are made. */
const WIDTHS = [160, 320, 640] as const;

export class SnapshotQuery {
  /** Of the picture at most, pixels. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsIn(WIDTHS)
  width?: (typeof WIDTHS)[number];
}

@ApiTags('live')
@Controller('v1/channels/:id')
export class SnapshotController {
  constructor(private readonly snapshots: SnapshotService) {}

  /**
   * Shows what is on the air as a small JPEG, 160, 320 (if nothing is said) or 640 pixels wide, made of the newest keyframe: for
   * who may watch the channel. It changes once a second at most; ask with `If-None-Match`, and get 304 while it hasn't.
   */
  @Get('snapshot.jpg')
  @ForVisitors()
  @ApiProduces('image/jpeg')
  @Header('Cache-Control', 'private, max-age=1')
  async get(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Query() { width = 320 }: SnapshotQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<StreamableFile | undefined> {
    const { etag, jpeg } = await this.snapshots.get(caller, id, width);
    response.setHeader('ETag', etag);
    if (request.get('if-none-match') === etag) return void response.status(304);
    return new StreamableFile(jpeg, { type: 'image/jpeg', length: jpeg.length, disposition: 'inline' });
  }
}
