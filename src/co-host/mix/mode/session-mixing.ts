import type { MixingMode, MixSwitchCause } from '../../../contracts';
import type { ChannelRecord } from '../../../live';
import type { MixTaskRecord } from '../../../mixing';
import type { CoHostSession } from '../../session/session.entity';

/** A mode that takes over from a mix that is lost. */
export interface Takeover {
  to: MixingMode;
  reason: MixSwitchCause;
}

/** What a session does for its mix, beside what both modes have in common. */
export interface SessionMixing {
  /** Tells whoever mixes that the mix is wanted. Idempotent. */
  offer(session: CoHostSession, task: MixTaskRecord): Promise<void>;
  /** Whether `recover` has nothing to do: so it is called only where it matters. */
  isWell(session: CoHostSession, task: MixTaskRecord, channel: ChannelRecord): boolean;
  /**
   * Looks after the mix of the session. Called again and again, while no switch is under way.
   * @returns null: no other mode has to take over
   */
  recover(session: CoHostSession, task: MixTaskRecord, channel: ChannelRecord): Promise<Takeover | null>;
  /** The session keeps another mix. Prevents a mix of this mode that connects late from taking over. */
  lockOut(session: CoHostSession, keptTaskId: string): Promise<void>;
  /** Tells whoever mixed that the mix is over. */
  retire(session: CoHostSession): void;
}
