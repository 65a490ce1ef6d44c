import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { type Caller, CurrentCaller, ForVisitors } from '../auth';
import { CreatedAt, PageQuery } from '../platform/common';
import type { InvitationView, ListView, PkAcceptView, PkMatchView } from '../contracts';
import { ChallengeService } from './challenges/challenge.service';
import { DEFAULT_DURATION, PkInvitationCreateDto, PkPointsAddDto } from './pk.dto';
import { PkService } from './pk.service';

@ApiTags('pk')
@Controller('v1')
export class PkController {
  constructor(
    private readonly pk: PkService,
    private readonly challenges: ChallengeService,
  ) {}

  /** Challenges the host of another channel. */
  @Post('channels/:id/pk/invitations')
  @CreatedAt<InvitationView>(({ id }) => `/v1/pk/invitations/${id}`)
  challenge(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Body() { channelId: other, durationMs = DEFAULT_DURATION }: PkInvitationCreateDto,
  ): Promise<InvitationView> {
    return this.challenges.create(caller, channelId, { channelId: other, durationMs });
  }

  /** Lists the challenges that a channel has made or got. */
  @Get('channels/:id/pk/invitations')
  list(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Query() page: PageQuery,
  ): Promise<ListView<InvitationView>> {
    return this.challenges.list(caller, channelId, page);
  }

  /** Shows a challenge to its two hosts. */
  @Get('pk/invitations/:id')
  showChallenge(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<InvitationView> {
    return this.challenges.show(caller, id);
  }

  /** Accepts a challenge; by the host who was challenged. The match begins. */
  @Post('pk/invitations/:id/accept')
  @HttpCode(200)
  accept(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<PkAcceptView> {
    return this.pk.accept(caller, id);
  }

  /** Rejects a challenge; by the host who was challenged. */
  @Post('pk/invitations/:id/reject')
  @HttpCode(200)
  reject(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<InvitationView> {
    return this.challenges.reject(caller, id);
  }

  /** Withdraws a challenge; by the host who made it. */
  @Post('pk/invitations/:id/cancel')
  @HttpCode(200)
  cancel(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<InvitationView> {
    return this.challenges.cancel(caller, id);
  }

  /** Shows the match on a channel; 204 when there is none. */
  @Get('channels/:id/pk')
  @ForVisitors()
  async show(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PkMatchView | undefined> {
    const match = await this.pk.find(caller, channelId);
    // No error: every viewer's page asks, and browsers write a 404 into the console.
    if (!match) response.status(204);
    return match ?? undefined;
  }

  /** Ends the match: the host gives up, an admin stops it as it stands. */
  @Delete('channels/:id/pk')
  @HttpCode(204)
  end(@CurrentCaller() caller: Caller, @Param('id') channelId: string): Promise<void> {
    return this.pk.end(caller, channelId);
  }

  /** Adds points to the side of this channel. */
  @Post('channels/:id/pk/points')
  @HttpCode(200)
  addPoints(
    @CurrentCaller() caller: Caller,
    @Param('id') channelId: string,
    @Body() body: PkPointsAddDto,
  ): Promise<PkMatchView> {
    return this.pk.addPoints(caller, channelId, body);
  }
}
