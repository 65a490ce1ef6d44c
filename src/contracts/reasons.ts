/** Stable codes for why something is over or was begun. Types only. */

/**
 * Why a mix failed, is tried again or waits. `refused`: the hub took its push for an old one's. `mixers_busy`: no mixer had
 * room for it.
 */
export type MixTrouble =
  | 'refused'
  | 'egress_lost'
  | 'push_lost'
  | 'crashed'
  | 'unresponsive'
  | 'channel_not_found'
  | 'conference_not_found'
  | 'conference_ended'
  | 'media_unavailable'
  | 'overloaded'
  | 'mixers_busy'
  | 'internal';

/** Why a co-hosting is over: first what people did, then what failed. */
export type CoHostReason =
  | 'ended_by_host'
  | 'ended_by_admin'
  | 'host_left'
  | 'everyone_left'
  | 'pk_over'
  | 'channel_suspended'
  | 'connecting_timeout'
  | 'mix_failed'
  | MixTrouble;

/** Why a guest has lost their seat; one of CoHostReason: with the session. */
export type CoHostRemovalReason =
  'left' | 'removed_by_host' | 'banned_by_host' | CoHostReason | 'ended' | 'failed';

/** Why a switch of the mixing mode was begun. */
export type MixSwitchCause = 'requested' | 'channel_changed' | 'client_mix_lost';
/** Why it was rolled back. */
export type MixSwitchFailure = 'session_ended' | 'mix_failed' | 'mix_stopped' | 'switch_timeout' | MixTrouble;

/** Why a match is over: `given_up` and `host_left`, the other side has won; else why it failed, or its sessions ended. */
export type PkReason = 'time_up' | 'given_up' | 'session_ended' | CoHostReason;

/** Why a bypass live is over or could not begin. `limit_reached`: its owner's share of the mixers. */
export type BypassReason =
  | 'no_viewers'
  | 'limit_reached'
  | 'everyone_left'
  | 'bypass_disabled'
  | 'start_timeout'
  | 'mix_failed'
  | MixTrouble;
