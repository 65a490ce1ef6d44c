import type { MixSwitchView } from '../../../contracts';
import type { MixSwitch } from './mix-switch.entity';

export function mixSwitchView(row: MixSwitch): MixSwitchView {
  return {
    from: row.fromMode,
    to: row.toMode,
    state: row.state,
    reason: row.reason,
    startedAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
