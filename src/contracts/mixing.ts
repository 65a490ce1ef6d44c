import type { MixingMode } from './channels';
import type { Layout, MixOutput } from './layout';
import type { MixTrouble } from './reasons';

export type MixTaskState = 'queued' | 'starting' | 'running' | 'retrying' | 'stopping' | 'stopped' | 'failed';
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
