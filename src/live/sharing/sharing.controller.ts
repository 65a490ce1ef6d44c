import { Body, Controller, Delete, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, ForVisitors, Public, VisitLimitGuard } from '../../auth';
import { CreatedAt } from '../../platform/common';
import type { ShareLinkView, VisitView } from '../../contracts';
import { ShareLinkService } from './share-link.service';
import { VisitCreateDto, VisitNameDto } from './sharing.dto';
import { VisitService } from './visit.service';

@ApiTags('live')
@Controller('v1')
export class SharingController {
  constructor(
    private readonly links: ShareLinkService,
    private readonly visits: VisitService,
  ) {}

  /** Makes a link by which anybody may watch the channel without an account. It voids the one before, and ends the visits by it. */
  @Post('channels/:id/share-link')
  @CreatedAt<ShareLinkView>((_, { path }) => path)
  renew(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ShareLinkView> {
    return this.links.renew(caller, id);
  }

  /** Shows the channel's share link. */
  @Get('channels/:id/share-link')
  get(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ShareLinkView> {
    return this.links.get(caller, id);
  }

  /** Takes the share link away: who came by it is out. */
  @Delete('channels/:id/share-link')
  @HttpCode(204)
  remove(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.links.remove(caller, id);
  }

  /** Takes the code of a share link for a token that is good for its channel, for 30 minutes; then ask again, with `renewal`. */
  @Post('visits')
  @Public()
  @UseGuards(VisitLimitGuard)
  @HttpCode(200)
  begin(@Body() body: VisitCreateDto): Promise<VisitView> {
    return this.visits.begin(body);
  }

  /** Gives a visitor a name, and another token, with which they may write, like, and apply to go on the air. */
  @Post('visits/name')
  @ForVisitors()
  @UseGuards(VisitLimitGuard)
  @HttpCode(200)
  name(@CurrentCaller() caller: Caller, @Body() { name }: VisitNameDto): Promise<VisitView> {
    return this.visits.name(caller, name);
  }
}
