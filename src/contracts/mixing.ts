import type { MixingMode } from './channels';
import type { Layout, MixOutput } from './layout';
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
  /** Why it failed, or is tried again. */
  error: MixTrouble | null;
  statistics: Record<string, number> | null;
  createdAt: string;
}
