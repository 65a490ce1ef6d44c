import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller, ForVisitors } from '../auth';
import { CreatedAt, PageQuery } from '../platform/common';
import type { ConferenceView, JoinView, ListView, MemberPatchedView } from '../contracts';
import { ConferenceService } from './conference.service';
import { ConferenceCreateDto, ConferencePatchDto, MemberPatchDto } from './conference.dto';

function memberAddress({ conference: { id, members }, memberId }: JoinView): string {
  return `/v1/conferences/${id}/members/${members.find((member) => member.id === memberId)?.userId}`;
}

@ApiTags('conference')
@Controller('v1/conferences')
export class ConferenceController {
  constructor(private readonly conferences: ConferenceService) {}

  /** Makes a conference, which belongs to the caller. */
  @Post()
  @CreatedAt<ConferenceView>(({ id }) => `/v1/conferences/${id}`)
  create(@CurrentCaller() caller: Caller, @Body() body: ConferenceCreateDto): Promise<ConferenceView> {
    return this.conferences.create(caller, body);
  }

  /** Lists conferences: all to an admin, to others those they own or are a member of. */
  @Get()
  list(@CurrentCaller() caller: Caller, @Query() page: PageQuery): Promise<ListView<ConferenceView>> {
    return this.conferences.list(caller, page);
  }

  /** Shows a conference, by its id or its number. */
  @Get(':id')
  @ForVisitors('named')
  show(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<ConferenceView> {
    return this.conferences.show(caller, id);
  }

  /** Changes a conference: its title, who may join, whether it is locked, and how many can be in it. */
  @Patch(':id')
  patch(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Body() body: ConferencePatchDto,
  ): Promise<ConferenceView> {
    return this.conferences.patch(caller, id, body);
  }

  /** Ends a conference: everybody is out, nobody can join again. Its owner can't while another host's people are in it. */
  @Delete(':id')
  @HttpCode(204)
  end(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.conferences.end(caller, id);
  }

  /**
   * Joins: answers with the MAS address and a token that is good for a minute.
   *
   * What is said and sent there: docs/mas-protocol.md, with every message in `mas.schema.json` beside this document.
   */
  @Post(':id/members')
  @CreatedAt<JoinView>(memberAddress)
  @ForVisitors('named')
  join(@CurrentCaller() caller: Caller, @Param('id') id: string): Promise<JoinView> {
    return this.conferences.join(caller, id);
  }

  /**
   * Mutes or unmutes a member, switches their camera off, or sets how loud they are in a mix. Each host of a PK does so on their own side. It holds also
   * where the answer says that the media node doesn't have it yet.
   */
  @Patch(':id/members/:userId')
  @ForVisitors('named')
  patchMember(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('userId') userId: string,
    @Body() body: MemberPatchDto,
  ): Promise<MemberPatchedView> {
    return this.conferences.patchMember(caller, id, userId, body);
  }

  /** Leaves, or removes another; each host of a PK removes members of their own side. */
  @Delete(':id/members/:userId')
  @HttpCode(204)
  @ForVisitors('named')
  removeMember(
    @CurrentCaller() caller: Caller,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    return this.conferences.removeMember(caller, id, userId);
  }
}
