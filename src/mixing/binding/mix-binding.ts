import { isDeepStrictEqual } from 'node:util';
import type { EntityManager } from 'typeorm';
import type { MixingMode } from '../../contracts';
import type { ChannelRecord } from '../../live';
import type { MixContent, MixEdit, MixingFacade } from '../mixing.facade';
import type { MixReason, MixTaskRecord } from '../task/mix-task.events';
import { isLive, mixTaskStates } from '../task/mix-task.state';

/** Rounds of `sync`; each one is needed only when something changed during the one before. */
const MAX_ROUNDS = 5;

/** A row that has a mix: a run or a session. */
export interface BoundRow {
  id: string;
  channelId: string;
  /** Its mix task; null: none yet. */
  mixTaskId: string | null;
}

/** Reads and writes the row. BoundChanges changes it under its lock (LockedChanges). */
export interface BoundRows<Row> {
  find(id: string): Promise<Row | null>;
  update(id: string, set: { mixTaskId: string }, tx: EntityManager): Promise<unknown>;
}

export interface BoundChanges<Row> {
  change(id: string, work: (row: Row, tx: EntityManager) => Promise<boolean>): Promise<boolean>;
}

/**
 * Keeps a row's mix task as the row wants it. It compares what is with what is wanted, so anybody may call it, at any
 * time and any number of times. The room says what its row wants.
 */
export abstract class MixBinding<Row extends BoundRow> {
  /** @param reason what a mix of this room is for */
  protected constructor(
    private readonly reason: MixReason['type'],
    protected readonly mixing: MixingFacade,
    private readonly rows: BoundRows<Row>,
    private readonly changes: BoundChanges<Row>,
  ) {}

  /** The row's mix task, started if there is none or it was stopped. null: the row no longer wants a mix. */
  async ensure(row: Row, channel: ChannelRecord): Promise<MixTaskRecord | null> {
    const task = await this.taskOf(row);
    if (task && (isLive(task.state) || task.state === 'failed')) return task;
    await this.changes.change(row.id, async (now, tx) => {
      if (now.mixTaskId !== row.mixTaskId || !this.wantsMix(now)) return false;
      const { id } = await this.start(now, channel, this.modeOf(now), tx);
      await this.rows.update(now.id, { mixTaskId: id }, tx);
      return true;
    });
    const now = await this.rows.find(row.id);
    return now?.mixTaskId && this.wantsMix(now) ? this.mixing.find(now.mixTaskId) : null;
  }

  /** Whether the row has a mix that isn't over. */
  async isUp(row: Row): Promise<boolean> {
    const task = await this.taskOf(row);
    return task !== null && !mixTaskStates.isFinal(task.state);
  }

  /** The row's mix task, as it is; null: it has none. */
  async taskOf({ mixTaskId }: Row): Promise<MixTaskRecord | null> {
    return mixTaskId ? this.mixing.find(mixTaskId) : null;
  }

  /**
   * Creates a task in the transaction that also writes the row's reference to it, so no task is orphaned.
   * @param mode undefined: the channel's
   * @param tx of the change of the row
   */
  async start(
    row: Row,
    channel: ChannelRecord,
    mode: MixingMode | undefined,
    tx: EntityManager,
  ): Promise<MixTaskRecord> {
    const content = await this.firstContent(row, channel, tx);
    const reason = { type: this.reason, id: row.id };
    return this.mixing.start({ channelId: row.channelId, reason, ...content, ...(mode && { mode }) }, tx);
  }

  /**
   * Writes what the row wants shown into its mix task, and compares again after each write: if two of these run at the
   * same time, the later one sees the newer row, so nothing stale stays.
   * @param target the mix that is to take over; default: the row's own
   */
  async sync(id: string, target?: string): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const row = await this.rows.find(id);
      const taskId = target ?? row?.mixTaskId;
      const task = row && taskId ? await this.mixing.find(taskId) : null;
      if (!row || !task || !isLive(task.state)) return;
      const wanted = await this.content(row, task);
      if (shows(task, wanted)) return;
      await this.mixing.update(task.id, wanted);
    }
  }

  /** Idempotent. */
  async stop({ mixTaskId }: Row): Promise<void> {
    if (mixTaskId) await this.mixing.stop(mixTaskId);
  }

  /** Whether the row's state is one with a mix. */
  protected abstract wantsMix(row: Row): boolean;

  /** Who mixes; undefined: as the channel says. */
  protected abstract modeOf(row: Row): MixingMode | undefined;

  /** What a new mix of the row shows. */
  protected abstract firstContent(row: Row, channel: ChannelRecord, tx: EntityManager): Promise<MixContent>;

  /** What a mix of the row shows now; what is absent isn't the row's to decide. */
  protected abstract content(row: Row, task: MixTaskRecord): Promise<MixEdit>;
}

/** Does the task show all of this already? */
export function shows(task: MixTaskRecord, wanted: MixEdit): boolean {
  const keys = Object.keys(wanted) as (keyof MixEdit)[];
  return keys.every((key) => isDeepStrictEqual(task[key], wanted[key]));
}
