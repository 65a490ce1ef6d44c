import type { MixingMode } from './channels';
import type { Layout, MixOutput } from './layout';

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
  error: string | null;
  statistics: Record<string, number> | null;
  createdAt: string;
}
