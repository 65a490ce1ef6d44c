import type { MixTaskView } from '../../contracts';
import type { MixTask } from './mix-task.entity';
import type { MixTaskRecord } from './mix-task.events';

export function toRecord(task: MixTask): MixTaskRecord {
  const { id, channelId, conferenceId, mode, state, layout, output, seats, version, appliedVersion } = task;
  const { attempt, epoch, error, statistics, cores, relief, createdAt, begunAt } = task;
  return {
    ...{ id, channelId, conferenceId, mode, state, layout, output, seats, version, appliedVersion },
    ...{ attempt, epoch, error, statistics, cores, relief, createdAt, begunAt },
    reason: { type: task.reasonType, id: task.reasonId },
  };
}

export function mixTaskView(task: MixTaskRecord): MixTaskView {
  const { id, channelId, conferenceId, mode, state, layout, output, version, appliedVersion } = task;
  return {
    ...{ id, channelId, conferenceId, mode, state, layout, output, version, appliedVersion },
    attempt: task.attempt,
    error: task.error,
    statistics: task.statistics ? { ...task.statistics } : null,
    cores: task.cores,
    relief: task.relief,
    createdAt: task.createdAt.toISOString(),
  };
}
