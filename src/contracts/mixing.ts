import type { MixingMode } from './channels';
import type { Layout, LayoutSide, MixOutput } from './layout';
import type { MixTrouble } from './reasons';

export type MixTaskState = 'queued' | 'starting' | 'running' | 'retrying' | 'stopping' | 'stopped' | 'failed';
/**
 * What a mix does without while its machine is too busy, taken in this order: a slower encoder preset, every second
 * picture, pictures of members that are larger than half the height in which they are drawn.
 */
export type MixRelief = 'preset' | 'frame-rate' | 'inputs';
export interface MixTaskView {
  id: string;
  channelId: string;
  conferenceId: string;
  mode: MixingMode;
  state: MixTaskState;
  layout: Layout;
  output: MixOutput;
  /** Desired and applied version of the layout, the seats, the conference and the output. */
  version: number;
  appliedVersion: number;
  attempt: number;
  /** Why it failed, or is tried again; `mixers_busy`: it waits until a mixer has room for it. */
  error: MixTrouble | null;
  statistics: Record<string, number> | null;
  /** CPU cores that its mixer takes, over its last 10 s; null: not measured yet. */
  cores: number | null;
  /** What it does without just now, because its machine is too busy; none: it is as it should be. */
  relief: MixRelief[];
  createdAt: string;
}

/** GET /v1/mixers (admin): a process that takes mixes. */
export interface MixerView {
  id: string;
  /** Name of its machine. */
  host: string;
  /** CPU cores that its mixes may take. */
  cores: number;
  /** What they take: measured, or expected of those that have just begun. May be more than `cores`: mixes go on. */
  coresUsed: number;
  coresFree: number;
  /** Mixes that it takes at a time, however little they cost. */
  slots: number;
  running: number;
  lastSeenAt: string;
}

/** Somebody in the preview of a layout. */
export interface MixPreviewSeat {
  name: string;
  /** 0 is a host's. */
  seat: number;
  /** In a PK: in whose half. */
  side?: LayoutSide;
  /** Whose colour is to be seen where there is no picture. Default: one of the seat's own. */
  userId?: string;
  /** Default: true. */
  audio?: boolean;
  /** true: a test picture. Default: true. */
  video?: boolean;
  /** true: a shared screen, as a test picture of its own. Default: false. */
  screen?: boolean;
}

/** POST /v1/mix-tasks/preview: answered with a PNG of the canvas. */
export interface MixPreviewRequest {
  /** Of which the layout's images are (its owner, admins). Without it they are left out. */
  channelId?: string;
  layout: Layout;
  /** Default: that of a new channel. */
  output?: Pick<MixOutput, 'width' | 'height' | 'colour'>;
  seats: MixPreviewSeat[];
}
