import type { CoHostView } from '../../contracts';
import { mixScene } from '../mix/scene/mix-scene';
import type { MixSwitch } from '../mix/switch/mix-switch.entity';
import { mixSwitchView } from '../mix/switch/mix-switch.view';
import type { CoHostMember } from '../seats/member.entity';
import { isSeated } from '../seats/seat.state';
import { memberViews, seatViews } from '../seats/seat.view';
import type { CoHostSession } from './session.entity';

/**
 * @param members all rows of the session; shown by seat, those who left last
 * @param mixSwitch the newest
 * @param opponents all rows of the session that it is paired with; null: there is none
 */
export function sessionView(
  row: CoHostSession,
  members: readonly CoHostMember[],
  mixSwitch: MixSwitch | null,
  opponents: readonly CoHostMember[] | null,
): CoHostView {
  return {
    id: row.id,
    channelId: row.channelId,
    conferenceId: row.conferenceId,
    version: row.version,
    state: row.state,
    layout: row.layout,
    output: row.output,
    members: memberViews(members),
    opponents: memberViews((opponents ?? []).filter(isSeated)),
    seats: seatViews(row, members),
    // A device shows who is there; only a mixer of ours waits for those who are expected (mixSeats).
    mix: mixScene({ state: 'live', layout: row.layout }, members, opponents),
    mixTaskId: row.mixTaskId,
    mixingMode: row.mixingMode,
    mixSwitch: mixSwitch && mixSwitchView(mixSwitch),
    reason: row.reason,
    createdAt: row.createdAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}
