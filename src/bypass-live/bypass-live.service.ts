import { Inject, Injectable } from '@nestjs/common';
import { type Caller, requireGrant, requireOwner } from '../auth';
import { DomainError, type PageQuery } from '../platform/common';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import { type ConferenceRecord, ConferenceFacade } from '../conference';
import type { BypassLivePatch, BypassLiveView, Layout, ListView } from '../contracts';
import { LiveFacade, requireOutputWithin } from '../live';
import { MixingFacade } from '../mixing';
import { revokesAccess } from './watch/audience';
import { BypassChanges } from './run/bypass-changes';
import { BypassFlow } from './run/bypass-flow';
import type { BypassLive } from './bypass-live.entity';
import { BypassLiveRepository } from './bypass-live.repository';
import { bypassLiveView } from './bypass-live.view';
import { AudienceRevocation } from './watch/audience-revocation';

/** The map of conferences and channels, and how a conference is shown: for its owner and for admins. */
@Injectable()
export class BypassLiveService {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly lives: BypassLiveRepository,
    private readonly changes: BypassChanges,
    private readonly flow: BypassFlow,
    private readonly conferences: ConferenceFacade,
    private readonly live: LiveFacade,
    private readonly mixing: MixingFacade,
    private readonly revocation: AudienceRevocation,
  ) {}

  async list(caller: Caller, page: PageQuery): Promise<ListView<BypassLiveView>> {
    const ownerId = caller.role === 'admin' ? null : caller.userId;
    const { rows, nextCursor } = await this.lives.list(ownerId, caller.conferences, page);
    return { items: await this.views(rows), nextCursor };
  }

  /** @throws DomainError conference_not_found, not_allowed, co_host_conference, limit_reached */
  async patch(caller: Caller, idOrNumber: string, patch: BypassLivePatch): Promise<BypassLiveView> {
    const conference = await this.requireOwned(caller, idOrNumber);
    const { layout, output, enabled, audience, allowed } = patch;
    requireOutputWithin(this.config.limits, caller, output);
    const { id } = await this.changes.open(conference);
    const memberIds = await this.conferences.memberIds(conference.id);
    await this.changes.change(id, async (live, tx) => {
      await this.live.configure(live.channelId, { layout, output }, tx);
      const set = {
        enabled: enabled ?? live.enabled,
        audience: audience ?? live.audience,
        allowed: allowed ?? live.allowed,
      };
      if (revokesAccess(live, set, conference))
        await this.revocation.apply({ ...live, ...set }, memberIds, tx);
      await this.lives.update(id, set, tx);
      return true;
    });
    if (layout) await this.updateMix(id, layout);
    if (enabled === false) await this.flow.settleQuietly(id);
    const now = await this.lives.find(id);
    const [view] = now ? await this.views([now]) : [];
    if (!view) throw new Error(`bypass live ${id} is gone`);
    return view;
  }

  private async updateMix(id: string, layout: Layout): Promise<void> {
    const mixTaskId = (await this.lives.find(id))?.mixTaskId;
    if (mixTaskId) await this.mixing.update(mixTaskId, { layout });
  }

  private async views(rows: BypassLive[]): Promise<BypassLiveView[]> {
    const [channels, conferences] = await Promise.all([
      this.live.getMany(rows.map(({ channelId }) => channelId)),
      this.conferences.findMany(rows.map(({ conferenceId }) => conferenceId)),
    ]);
    const channelOf = new Map(channels.map((channel) => [channel.id, channel]));
    const conferenceOf = new Map(conferences.map((conference) => [conference.id, conference]));
    return rows.flatMap((row) => {
      const channel = channelOf.get(row.channelId);
      const conference = conferenceOf.get(row.conferenceId);
      return channel && conference ? [bypassLiveView(row, conference, channel)] : [];
    });
  }

  private async requireOwned(caller: Caller, idOrNumber: string): Promise<ConferenceRecord> {
    const conference = await this.conferences.find(idOrNumber);
    if (!conference) throw new DomainError('conference_not_found', { conferenceId: idOrNumber });
    requireGrant(caller, { conferenceId: conference.id });
    requireOwner(caller, conference.ownerId, 'say how this conference is shown', { admin: true });
    if (conference.purpose === 'co-host') throw new DomainError('co_host_conference');
    return conference;
  }
}
