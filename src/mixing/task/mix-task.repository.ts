import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager, In, type Repository } from 'typeorm';
import {
  METRICS,
  type Metric,
  gauge,
  gaugeByState,
  type HasMetrics,
  newestFirst,
  type Page,
  type PageQuery,
  stateIn,
} from '../../platform/common';
import { type HasRetention, hydrate, type Retained, retained, RETENTION } from '../../platform/database';
import type { MixRelief, MixTaskState, MixTrouble } from '../../contracts';
import type { MixStatistics } from '../../media/contract';
import { isUnattended } from '../mixers/mix-worker.repository';
import { MixTask } from './mix-task.entity';
import { liveStates, mixTaskStates } from './mix-task.state';

/** Postgres channel that announces every change of a row, with the task's id (LastingConnection). */
export const MIX_TASK_CHANNEL = 'lianmai_mix_tasks';

interface StateMetrics {
  state: string;
  n: number;
  waiting: number;
  frames: string;
  dropped: string;
  cpu: string;
  gap: number;
  relieved: number;
}

type MixTaskEdit = Pick<MixTask, 'layout' | 'seats' | 'conferenceId' | 'output'>;

const LIVE = stateIn('state', liveStates);
const OVER = stateIn('state', mixTaskStates.over);
/** States from which a worker may begin an attempt: the first one, or another. */
const FIRST = stateIn('state', mixTaskStates.sourcesAnd('starting'));
const AGAIN = stateIn('state', mixTaskStates.sourcesAnd('retrying'));
/** A task that no worker has begun. */
const UNBEGUN = from('stopped', [mixTaskStates.initial]);
/** SQL: a task that waits until a mixer has room. */
export const WAITS = `error = 'mixers_busy' AND ${LIVE}`;
/** Only the current attempt may write what it sees. */
const MINE = 'id = $1 AND attempt = $2';

/** Every change is a compare-and-set; null means that the row wasn't in a state for it. */
@Injectable()
export class MixTaskRepository implements HasMetrics, HasRetention {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  [RETENTION](): Retained[] {
    return [retained(this.db, 'mixTasks', { table: 'mix_tasks', since: 'updated_at', which: OVER })];
  }

  /** @returns false when the channel has a live task of this mode already; that doesn't spoil the transaction */
  async insert(task: MixTask, tx: EntityManager = this.db.manager): Promise<boolean> {
    const done = await tx
      .createQueryBuilder()
      .insert()
      .into(MixTask)
      .values(task)
      .orIgnore()
      .returning('id')
      .execute();
    if ((done.raw as unknown[]).length === 0) return false;
    // Postgres delivers it after the commit.
    await tx.query(`SELECT pg_notify('${MIX_TASK_CHANNEL}', $1)`, [task.id]);
    return true;
  }

  find(id: string): Promise<MixTask | null> {
    return this.tasks().findOneBy({ id });
  }

  findMany(ids: string[]): Promise<MixTask[]> {
    return ids.length === 0 ? Promise.resolve([]) : this.tasks().findBy({ id: In(ids) });
  }

  /**
   * Newest first.
   * @param ownerId of the channel; null: all
   * @param channelIds only of these channels; undefined: of all
   */
  list(ownerId: string | null, channelIds: string[] | undefined, page: PageQuery): Promise<Page<MixTask>> {
    const query = this.tasks()
      .createQueryBuilder('t')
      .where({
        ...(ownerId === null ? {} : { ownerId }),
        ...(channelIds === undefined ? {} : { channelId: In(channelIds) }),
      });
    return newestFirst(query, page);
  }

  /** Unfinished tasks that no worker has. @param worker includes the tasks of this one, which knows what it has */
  unattended(worker = 0): Promise<MixTask[]> {
    return this.tasks()
      .createQueryBuilder('t')
      .where(stateIn('t.state', mixTaskStates.open))
      .andWhere(`(t.worker = :worker OR ${isUnattended('t.worker')})`, { worker })
      .getMany();
  }

  /** Tasks that changed in the last ten minutes, and all unfinished ones. */
  recent(): Promise<MixTask[]> {
    return this.tasks()
      .createQueryBuilder('t')
      .where(`${stateIn('t.state', mixTaskStates.open)} OR t.updatedAt > now() - interval '10 minutes'`)
      .orderBy('t.updatedAt', 'ASC')
      .getMany();
  }

  /** A new desired version, if anything differs. */
  edit(id: string, { layout, seats, conferenceId, output }: Partial<MixTaskEdit>): Promise<MixTask | null> {
    const columns = '(layout, seats, conference_id, output)';
    const wanted = `(coalesce($2::jsonb, layout), coalesce($3::jsonb, seats), coalesce($4::uuid, conference_id),
      coalesce($5::jsonb, output))`;
    return this.change(
      `${columns} = ${wanted}, version = version + 1`,
      `id = $1 AND ${LIVE} AND ${columns} IS DISTINCT FROM ${wanted}`,
      [id, json(layout), json(seats), conferenceId ?? null, json(output)],
    );
  }

  /** The mixers concerned ask again where their conference and their channel are. Not in client mixing. */
  async readdress(column: 'conference_id' | 'channel_id', id: string): Promise<void> {
    await this.change('version = version + 1', `${column} = $1 AND mode = 'server' AND ${LIVE}`, [id]);
  }

  /** The mixers that show this user ask again what is known of them. */
  async renewMember(userId: string): Promise<void> {
    const seat = JSON.stringify([{ userId }]);
    await this.change('version = version + 1', `seats @> $1::jsonb AND mode = 'server' AND ${LIVE}`, [seat]);
  }

  /** A task that no worker has begun is stopped at once, another is to be stopped by its worker. */
  requestStop(id: string): Promise<MixTask | null> {
    return this.change(
      `state = CASE WHEN ${UNBEGUN} THEN 'stopped' ELSE 'stopping' END`,
      `id = $1 AND (${UNBEGUN} OR ${from('stopping')})`,
      [id],
    );
  }

  /** The end of a task that has no worker: client mixing. */
  close(id: string): Promise<MixTask | null> {
    return this.change(`state = 'stopped'`, `id = $1 AND ${from('stopped', liveStates)}`, [id]);
  }

  /** The task, if this worker might claim it. */
  claimable(id: string, worker: number): Promise<MixTask | null> {
    return this.tasks()
      .createQueryBuilder('t')
      .where(`t.id = :id AND ${stateIn('t.state', liveStates)}`, { id })
      .andWhere(`(t.worker = :worker OR ${isUnattended('t.worker')})`, { worker })
      .getOne();
  }

  /**
   * The next attempt is this worker's. Refused while another worker has the task.
   * @param after the attempt that the worker made before; null when it has just got the job
   */
  claim(id: string, worker: number, after: number | null): Promise<MixTask | null> {
    return this.change(
      `attempt = attempt + 1, worker = $3, state = CASE WHEN ${FIRST} THEN 'starting' ELSE 'retrying' END,
       error = nullif(error, 'mixers_busy'), begun_at = coalesce(begun_at, now()), relief = '{}'`,
      `id = $1 AND (${FIRST} OR ${AGAIN}) AND attempt = coalesce($2, attempt)
        AND (worker = $3 OR ${isUnattended('worker')})`,
      [id, after, worker],
    );
  }

  /** No mixer has room for it: whoever it is for may know. Without effect on a task that a worker has. */
  waits(id: string): Promise<MixTask | null> {
    return this.change(
      `error = 'mixers_busy', state = CASE WHEN ${UNBEGUN} THEN state ELSE 'retrying' END`,
      `id = $1 AND mode = 'server' AND ${LIVE} AND ${isUnattended('worker')} AND error IS DISTINCT FROM 'mixers_busy'`,
      [id],
    );
  }

  /** The worker gives it up. */
  release(id: string, worker: number): Promise<MixTask | null> {
    return this.change('worker = NULL', 'id = $1 AND worker = $2', [id, worker]);
  }

  setEpoch(id: string, epoch: number): Promise<MixTask | null> {
    return this.change('epoch = coalesce(epoch, $2)', 'id = $1', [id, epoch]);
  }

  /** For a push that is to be lifted to this epoch. */
  async raiseEpoch(id: string, epoch: number): Promise<void> {
    await this.change('epoch = $2', 'id = $1 AND epoch < $2', [id, epoch]);
  }

  running(id: string, attempt: number): Promise<MixTask | null> {
    return this.change(`state = 'running', error = NULL`, `${MINE} AND ${from('running')}`, [id, attempt]);
  }

  retrying(id: string, attempt: number, error: MixTrouble | null): Promise<MixTask | null> {
    return this.change(`state = 'retrying', error = $3`, `${MINE} AND ${from('retrying')}`, [
      id,
      attempt,
      error,
    ]);
  }

  /** The attempt is over without having been asked to stop. @param settled it had kept running for a while */
  setback(id: string, attempt: number, error: MixTrouble, settled: boolean): Promise<MixTask | null> {
    return this.change(
      `state = 'retrying', error = $3, setbacks = CASE WHEN $4::boolean THEN 1 ELSE setbacks + 1 END`,
      `${MINE} AND ${AGAIN}`,
      [id, attempt, error, settled],
    );
  }

  applied(id: string, attempt: number, version: number): Promise<MixTask | null> {
    return this.change('applied_version = $3', `${MINE} AND applied_version < $3 AND $3 <= version`, [
      id,
      attempt,
      version,
    ]);
  }

  relief(id: string, attempt: number, taken: MixRelief[]): Promise<MixTask | null> {
    return this.change('relief = $3', `${MINE} AND relief <> $3`, [id, attempt, taken]);
  }

  /**
   * Not announced: statistics are read when somebody wants them.
   * @param cores that its mixer takes; null: as before
   */
  async statistics(
    id: string,
    attempt: number,
    statistics: MixStatistics,
    cores: number | null,
  ): Promise<void> {
    await this.db.query(
      `UPDATE mix_tasks SET statistics = $3::jsonb, cores = coalesce($4, cores) WHERE ${MINE}`,
      [id, attempt, json(statistics), cores],
    );
  }

  /** By the worker that has it, or by any where none has. */
  stopped(id: string, worker: number): Promise<MixTask | null> {
    return this.change(
      `state = 'stopped', error = NULL`,
      `id = $1 AND (worker = $2 OR ${isUnattended('worker')}) AND ${from('stopped', ['stopping'])}`,
      [id, worker],
    );
  }

  failed(id: string, attempt: number, error: MixTrouble): Promise<MixTask | null> {
    return this.change(`state = 'failed', error = $3`, `${MINE} AND ${from('failed')}`, [id, attempt, error]);
  }

  async [METRICS](): Promise<Metric[]> {
    const rows: StateMetrics[] = await this.db.query(
      `SELECT state, count(*)::int AS n, (count(*) FILTER (WHERE ${WAITS}))::int AS waiting,
           sum((statistics->>'framesOut')::numeric) AS frames,
           sum((statistics->>'framesDropped')::numeric) AS dropped, sum((statistics->>'cpuMs')::numeric) / 1000 AS cpu,
           max((statistics->>'maxFrameGapMs')::numeric)::float AS gap,
           (count(*) FILTER (WHERE relief <> '{}'))::int AS relieved
         FROM mix_tasks WHERE ${stateIn('state', mixTaskStates.open)} GROUP BY state`,
    );
    const sum = (of: (row: (typeof rows)[number]) => unknown) =>
      rows.reduce((total, row) => total + Number(of(row) ?? 0), 0);
    const gap = Math.max(0, ...rows.map((row) => row.gap));
    return [
      gaugeByState('lianmai_mix_tasks', 'Mixes that are not over.', mixTaskStates.open, rows),
      gauge(
        'lianmai_mix_tasks_waiting',
        'Mixes that wait until a mixer has room for them.',
        sum((row) => row.waiting),
      ),
      gauge(
        'lianmai_mix_tasks_relieved',
        'Mixes that do without something because their machine is too busy.',
        sum((row) => row.relieved),
      ),
      gauge(
        'lianmai_mix_frames_out',
        'Frames out of the mixers that run.',
        sum((row) => row.frames),
      ),
      gauge(
        'lianmai_mix_frames_dropped',
        'Frames dropped by the mixers that run.',
        sum((row) => row.dropped),
      ),
      gauge(
        'lianmai_mix_cpu_seconds',
        'CPU time of the mixers that run.',
        sum((row) => row.cpu),
      ),
      gauge(
        'lianmai_mix_max_frame_gap_seconds',
        'Largest gap between two frames of a running mix.',
        gap / 1000,
      ),
    ];
  }

  private async change(set: string, where: string, parameters: unknown[]): Promise<MixTask | null> {
    const rows: unknown = await this.db.query(
      `WITH changed AS (UPDATE mix_tasks SET ${set}, updated_at = now() WHERE ${where} RETURNING *)
       SELECT changed.*, pg_notify('${MIX_TASK_CHANNEL}', id::text) FROM changed`,
      parameters,
    );
    return hydrate(this.tasks(), rows)[0] ?? null;
  }

  private tasks(): Repository<MixTask> {
    return this.db.getRepository(MixTask);
  }
}

/** SQL: whether the state may go to `to`. @param among only from these */
function from(to: MixTaskState, among?: readonly MixTaskState[]): string {
  return stateIn('state', mixTaskStates.sourcesOf(to, among));
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
