import { Injectable } from '@nestjs/common';
import { type Caller, requireAdmin, requireGrant, requireOwner } from '../../auth';
import { DomainError } from '../../platform/common';
import type { CoHostView, MixingMode, PushUrlView } from '../../contracts';
import { LiveFacade } from '../../live';
import { MixingFacade } from '../../mixing';
import { SessionAccess } from '../session/session-access';
import { SessionChanges } from '../session/session-changes';
import { SessionFlow } from '../session/session-flow';
import { MixSwitchRepository } from './switch/mix-switch.repository';
import { MixSwitches } from './switch/mix-switches';

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
   * The address to which the host's app pushes its mix: that of a running switch to client mixing, else the session's.
   * The epoch stays the same, the token is fresh.
   * @throws DomainError channel_not_found, session_not_found, not_allowed, client_mixing_off, media_unavailable
   */
  async pushUrl(caller: Caller, channelId: string): Promise<PushUrlView> {
    const session = await this.access.active(caller, channelId);
    requireOwner(caller, session.hostId, 'push this mix');
    const pending = await this.switchRows.unfinished(session.id);
    const switching = pending?.state === 'switching' ? pending : null;
    const taskId = switching?.toMode === 'client' ? switching.toTaskId : session.mixTaskId;
    if (!taskId) throw new DomainError('client_mixing_off');
    return this.mixing.pushAddress(taskId);
  }

  /**
   * Begins a switch. The signal `mix:switch` and the session's view tell how it goes.
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
