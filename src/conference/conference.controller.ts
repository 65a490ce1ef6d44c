import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../auth';
import { PageQuery } from '../platform/common';
import type { ConferenceMemberView, ConferenceView, JoinView, ListView } from '../contracts';
import { ConferenceService } from './conference.service';
import { ConferenceCreateDto, MemberPatchDto } from './conference.dto';

@ApiTags('conference')
@Controller('v1/conferences')
export class ConferenceController {
  constructor(private readonly api: ConferenceService) {}

  /** Makes a conference, which belongs to the caller. */
  @Post()
  create(@CurrentCaller() caller: Caller, @Body() body: ConferenceCreateDto): Promise<ConferenceView> {
    return this.api.create(caller, body);
  }

  /** Lists conferences: all to an admin, those he owns or is a member of to others. */
  @Get()
  list(@CurrentCaller() caller: Caller, @Query() page: PageQuery): Promise<ListView<ConferenceView>> {
    return this.api.list(caller, page);
  }

  /** Shows a conference, by its id or its number. */
  @Get(':id')
  show(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ConferenceView> {
    return this.api.show(caller, id);
  }

  /** Ends a conference: everybody out, nobody in again. Its owner can't while another host's people are in it. */
  @Delete(':id')
  @HttpCode(204)
  end(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.api.end(caller, id);
  }

  /** Joins: answers with the MAS address and a token that is good for a minute. */
  @Post(':id/members')
  join(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<JoinView> {
    return this.api.join(caller, id);
  }

  /** Mutes or unmutes a member, or switches his camera off. Each host of a PK those of his own side. */
  @Patch(':id/members/:userId')
  patchMember(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('userId') userId: string,
    @Body() body: MemberPatchDto,
  ): Promise<ConferenceMemberView> {
    return this.api.patchMember(caller, id, userId, body);
  }

  /** Leaves, or removes another; each host of a PK those of his own side. */
  @Delete(':id/members/:userId')
  @HttpCode(204)
  removeMember(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.api.removeMember(caller, id, userId);
  }
}
