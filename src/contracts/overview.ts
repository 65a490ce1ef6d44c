/** What an operator sees of the whole system. Types only. */
import type { RelayTrouble } from './channels';
import type { MixerView, MixRelief } from './mixing';
import type { NodeView } from './nodes';
import type { MixTrouble } from './reasons';

/** How many there are now. */
export interface OverviewFigures {
  /** Hosts' channels. */
  channels: number;
  /** Of those: something is on the air. */
  onAir: number;
  /** Conferences that are shown to viewers now. */
  bypassOnAir: number;
  /** Co-hostings that aren't over. */
  calls: number;
  /** PK matches that aren't over. */
  pks: number;
  /** Connected to a conference, of a co-hosting or another. */
  peopleInCalls: number;
  /** Of all channels, those of conferences included. */
  viewers: number;
  /** bit/s of all that is on the air, each stream once, however many watch it. */
  outBitrate: number;
  /** Applications that wait for an answer. */
  applications: number;
  /** Channels on which they wait. */
  applicationChannels: number;
  /** Mixes that wait until a mixer has room for them. */
  mixesQueued: number;
}

/**
 * - `low_bitrate`, `no_sound`, `no_picture`: of the stream that a host pushes (StreamWarning).
 * - `relay_failing`: a channel's relay is tried again; `reason` as RelayTrouble.
 * - `webhook_failing`: its endpoint hasn't taken what it was sent, several times in a row.
 * - `node_lost`: a media node that was heard in the last day.
 * - `mixer_overloaded`: its mixes take more than it has.
 * - `mix_relieved`: a mix does without something (`reason`, MixRelief: the furthest step) because its machine is too busy.
 * - `mix_failing`: a mix is tried again; `reason` as MixTrouble.
 * - `mix_waiting`: no mixer has room for it.
 */
export type AlarmCode =
  | 'low_bitrate'
  | 'no_sound'
  | 'no_picture'
  | 'relay_failing'
  | 'webhook_failing'
  | 'node_lost'
  | 'mixer_overloaded'
  | 'mix_relieved'
  | 'mix_failing'
  | 'mix_waiting';
export type AlarmReason = RelayTrouble | MixTrouble | MixRelief;
export type AlarmSubjectType = 'channel' | 'webhook' | 'node' | 'mixer' | 'mix-task';
export interface AlarmView {
  code: AlarmCode;
  /** What it is about. `name`: a channel's title, a webhook's host, a machine; null: it has none. */
  subject: { type: AlarmSubjectType; id: string; name: string | null };
  /** Of a mix: its channel. */
  channelId: string | null;
  /** When it was seen first, to some seconds. */
  since: string;
  /** Which kind of trouble; null: the code says it all. */
  reason: AlarmReason | null;
  /** What is measured, and what it should be: bit/s, cores, attempts in a row; null: nothing is. */
  value: number | null;
  expected: number | null;
}

/** Somebody who waits to be let into a co-hosting. */
export interface ApplicantView {
  invitationId: string;
  channelId: string;
  userId: string;
  userName: string;
  since: string;
}

/** A media node with how busy it is. */
export interface NodeLoadView extends NodeView {
  /** Share of its event loop in use, 0 to 1. */
  load: number;
}

/** GET /v1/overview (admin): made anew once a second at most. */
export interface OverviewView {
  at: string;
  figures: OverviewFigures;
  nodes: NodeLoadView[];
  mixers: MixerView[];
  /** The newest first; at most 200. */
  alarms: AlarmView[];
  /** How many there are. */
  alarmsTotal: number;
  /** Those who have waited longest; at most 10. */
  applicants: ApplicantView[];
}

/**
 * What is written down each minute. `mixer_cpu`: cores that the mixes of a machine take, by its name; `node_load`: as
 * NodeLoadView, by node; the others are figures of the whole system.
 */
export type SeriesName = 'viewers' | 'on_air' | 'people_in_calls' | 'out_bitrate' | 'mixer_cpu' | 'node_load';
/** A figure over time: as many values as there are times. */
export interface SeriesLine {
  /** The machine or node; null: the whole system. */
  subject: string | null;
  /** Ms since 1970, rising: each minute of the last 24 h, before that every fifth one, for 7 days. Holes: nobody was there. */
  atMs: number[];
  values: number[];
}
/** GET /v1/overview/series?name=&since= (admin); `since`: ISO 8601, default: 24 h ago. */
export interface SeriesView {
  name: SeriesName;
  lines: SeriesLine[];
}
