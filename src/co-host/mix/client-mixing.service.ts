import { Injectable } from '@nestjs/common';
import { type Caller, requireAdmin, requireGrant, requireOwner } from '../../auth';
import { DomainError } from '../../platform/common';
import type { CoHostView, MixingMode, PushUrlView } from '../../contracts';
import { LiveFacade } from '../../live';
import { MixingFacade } from '../../mixing';
import { SessionAccess } from '../session/session-access';
import { SessionChanges } from '../session/session-changes';
import { SessionFlow } from '../session/session-flow';
import { MixSwitchRepository } from './mix-switch.repository';
import { MixSwitches } from './mix-switches';

/** What people do about who mixes the running session of a channel. */
@Injectable()
export class ClientMixingService {
  constructor(
    private readonly access: SessionAccess,
    private readonly changes: SessionChanges,
    private readonly switches: MixSwitches,
    private readonly switchRows: MixSwitchRepository,
    private readonly flow: SessionFlow,
    private readonly live: LiveFacade,
    private readonly mixing: MixingFacade,
  ) {}

  /**
   * Where the host's app pushes its mix: of the mode that is being switched to, else of the session's. The same epoch
   * each time, with a fresh token.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, client_mixing_off, media_unavailable
   */
  async pushUrl(caller: Caller, channelId: string): Promise<PushUrlView> {
    const session = await this.access.active(caller, channelId);
    requireOwner(caller, session.hostId, 'push this mix');
    const pending = await this.switchRows.unfinished(session.id);
    const switching = pending?.state === 'switching' ? pending : null;
    if (switching?.toMode === 'client') return this.mixing.pushAddress(switching.toTaskId);
    if (session.mixingMode !== 'client' || !session.mixTaskId) throw new DomainError('client_mixing_off');
    return this.mixing.pushAddress(session.mixTaskId);
  }

  /**
   * Begins a switch; how it goes is told by `mix:switch` and shown by the session.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, invalid_transition, mix_switch_running
   */
  async setMode(caller: Caller, channelId: string, mode: MixingMode): Promise<CoHostView> {
    requireGrant(caller, { channelId });
    requireAdmin(caller, 'change the mixing mode');
    const { id } = await this.access.active(caller, channelId);
    await this.switches.begin(id, await this.live.get(channelId), mode, 'requested');
    await this.flow.settleQuietly(id);
    return this.changes.read(id);
  }
}
