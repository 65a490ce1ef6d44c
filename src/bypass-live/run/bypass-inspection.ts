import { Injectable } from '@nestjs/common';
import { hasPassed } from '../../platform/common';
import { ConferenceFacade, type ConferenceMemberRecord, type ConferenceRecord } from '../../conference';
import { type ChannelRecord, LiveFacade } from '../../live';
import { isLive, MixingFacade, type MixTaskRecord } from '../../mixing';
import { byId } from '../../shared/by-id';
import type { BypassLive } from '../bypass-live.entity';
import { BypassLiveRepository } from '../bypass-live.repository';
import { BypassMix } from './bypass-mix';

interface Facts {
  conferences: Map<string, ConferenceRecord>;
  members: Map<string, ConferenceMemberRecord[]>;
  channels: Map<string, ChannelRecord>;
  tasks: Map<string, MixTaskRecord>;
}

/**
 * Finds the runs for which something is to be done, by as many statements for a thousand as for one: those on their way, and
 * those that are live where a step of BypassFlow would find something else than the row says.
 */
@Injectable()
export class BypassInspection {
  constructor(
    private readonly lives: BypassLiveRepository,
    private readonly mix: BypassMix,
    private readonly mixing: MixingFacade,
    private readonly live: LiveFacade,
    private readonly conferences: ConferenceFacade,
  ) {}

  async due(): Promise<BypassLive[]> {
    const all = await this.lives.unfinished();
    const running = all.filter(({ state }) => state === 'live');
    if (running.length === 0) return all;
    const facts = await this.look(running);
    return all.filter((live) => live.state !== 'live' || this.isDue(live, facts));
  }

  private async look(running: BypassLive[]): Promise<Facts> {
    const conferenceIds = running.map(({ conferenceId }) => conferenceId);
    return {
      conferences: byId(await this.conferences.findMany(conferenceIds)),
      members: await this.conferences.membersOf(conferenceIds),
      channels: byId(await this.live.getMany(running.map(({ channelId }) => channelId))),
      tasks: byId(await this.mixing.findMany(running.flatMap(({ mixTaskId }) => mixTaskId ?? []))),
    };
  }

  private isDue(
    { conferenceId, channelId, mixTaskId, enabled, leaseUntil }: BypassLive,
    facts: Facts,
  ): boolean {
    const task = mixTaskId === null ? undefined : facts.tasks.get(mixTaskId);
    const channel = facts.channels.get(channelId);
    if (!task || !isLive(task.state) || !channel || !enabled) return true;
    if (facts.conferences.get(conferenceId)?.state !== 'open') return true;
    const members = facts.members.get(conferenceId) ?? [];
    if (!this.mix.isCurrent(task, members)) return true;
    const isWatched = channel.viewers > 0 || !hasPassed(leaseUntil);
    return !isWatched || !members.some(({ state }) => state === 'connected');
  }
}
