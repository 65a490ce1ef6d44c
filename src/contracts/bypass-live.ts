/** Conferences on the air. */
import type { PlaybackView } from './channels';
import type { Layout, MixOutput } from './layout';
import type { BypassReason } from './reasons';

/**
 * Bypass live: a conference that its own members don't broadcast is put on the air when the first viewer asks.
 * POST /v1/conferences/:id/watch -> 202 `starting`, or 200 `live`; `?waitMs=` (at most 10 000) answers as soon as it
 * plays. GET the same address (`Location`) shows how far it is.
 */
export type WatchStatus = 'idle' | 'starting' | 'live';
export interface WatchView {
  conferenceId: string;
  /** `idle`: nobody has asked, or it is over. `live`: the addresses play. */
  status: WatchStatus;
  /** While `live`. */
  playback: PlaybackView | null;
  /** Of `idle`: why the last live ended or could not begin. */
  reason: BypassReason | null;
}
export type BypassState = 'idle' | 'starting' | 'live' | 'draining';
/** Who may watch: any user, or (`allowed`) members of the conference and those listed. */
export type BypassAudience = 'open' | 'allowed';
/** /v1/bypass-lives: which conference is shown on which channel. All to an admin, to others their own. */
export interface BypassLiveView {
  conferenceId: string;
  /** A channel of the system's own, which is in no list of channels. */
  channelId: string;
  ownerId: string;
  /** `draining`: nobody watches (or nobody is in the conference) any more; it will stop soon. */
  state: BypassState;
  enabled: boolean;
  audience: BypassAudience;
  /** User ids, for the audience `allowed`. */
  allowed: string[];
  layout: Layout;
  output: MixOutput;
  viewers: number;
  mixTaskId: string | null;
  /** Why the last live ended or could not begin. */
  reason: BypassReason | null;
  createdAt: string;
  liveAt: string | null;
  endedAt: string | null;
}
/** PATCH /v1/bypass-lives/:conferenceId (the conference's owner, admin). `output` is for the next start. */
export interface BypassLivePatch {
  /** false: ends a running live, and nobody can ask for one. */
  enabled?: boolean;
  audience?: BypassAudience;
  allowed?: string[];
  layout?: Layout;
  output?: MixOutput;
}
