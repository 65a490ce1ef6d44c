import { randomUUID } from 'node:crypto';
import type { MixingFacade, MixStart, MixTaskRecord } from '../../../src/mixing';
import { DomainError } from '../../../src/platform/common';

/** Mix tasks that go no further by themselves. */
export class FakeMixing implements Pick<
  MixingFacade,
  'start' | 'update' | 'stop' | 'find' | 'findMany' | 'isPushing'
> {
  readonly tasks = new Map<string, MixTaskRecord>();
  readonly calls: string[] = [];
  /** Starting fails while this is set. */
  broken = false;

  start(p: MixStart): Promise<MixTaskRecord> {
    if (this.broken) return Promise.reject(new DomainError('media_unavailable'));
    const task: MixTaskRecord = {
      ...p,
      ...{ id: randomUUID(), mode: 'server', state: 'queued', version: 1, appliedVersion: 0, attempt: 1 },
      ...{
        epoch: 2,
        error: null,
        statistics: null,
        cores: null,
        relief: [],
        createdAt: new Date(),
        begunAt: new Date(),
      },
    };
    this.calls.push(`start ${task.id}`);
    this.tasks.set(task.id, task);
    return Promise.resolve({ ...task });
  }

  update(taskId: string, p: Parameters<MixingFacade['update']>[1]): Promise<MixTaskRecord> {
    const task = this.set(taskId, p);
    task.version += 1;
    this.calls.push(`update ${taskId}`);
    return Promise.resolve({ ...task });
  }

  stop(taskId: string): Promise<void> {
    this.calls.push(`stop ${taskId}`);
    const { state } = this.set(taskId, {});
    if (state !== 'failed') this.set(taskId, { state: 'stopped' });
    return Promise.resolve();
  }

  isPushing({ state }: Pick<MixTaskRecord, 'state'>): boolean {
    return state === 'running';
  }

  find(taskId: string): Promise<MixTaskRecord | null> {
    const task = this.tasks.get(taskId);
    return Promise.resolve(task ? { ...task } : null);
  }

  async findMany(taskIds: string[]): Promise<MixTaskRecord[]> {
    return (await Promise.all(taskIds.map((id) => this.find(id)))).flatMap((task) => task ?? []);
  }

  /** What the mixer would bring about. */
  set(taskId: string, set: Partial<MixTaskRecord>): MixTaskRecord {
    const task = this.tasks.get(taskId);
    if (!task) throw new Error(`no mix task ${taskId}`);
    return Object.assign(task, set);
  }
}
