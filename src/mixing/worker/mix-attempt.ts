import type { MixRelief, MixTrouble } from '../../contracts';
import type { ChildProcess } from 'node:child_process';
import { DomainError, Log, SerialQueue } from '../../platform/common';
import type { MixReport, MixSpec, MixStatistics } from '../../media/contract';
import type { MixTask } from '../task/mix-task.entity';
import { mixTaskStates } from '../task/mix-task.state';
import type { MixTaskRepository } from '../task/mix-task.repository';
import { CpuMeter } from '../mixers/mix-cost';
import { MixerChild, type MixerEnd } from './mixer-child';
import { PictureFeed, type PictureFeedDeps } from './picture-feed';
import { isFatal, SETTLED_MS } from './retry';

/** Time for a mixer to end its push, ms; then it is killed. */
const STOP_MS = 4000;

/** Reports that may wait to be written: those of an hour. */
const MAX_WAITING = 2000;

export interface AttemptDeps {
  tasks: MixTaskRepository;
  /** Just taken from a MixerSpare. */
  child: ChildProcess;
  makeSpec: (task: MixTask) => Promise<MixSpec>;
  images: PictureFeedDeps['images'];
  /** CPU cores that the mixer takes now. */
  onCost: (cores: number) => void;
}

/** How an attempt ended. `superseded`: another worker has the task. */
export type AttemptEnd =
  | { kind: 'stopped' | 'superseded' }
  | { kind: 'setback'; code: MixTrouble; settled: boolean; fatal: boolean };

interface Said {
  state: 'running' | 'retrying' | null;
  applied: number;
  relief: MixRelief[];
}

/**
 * One mixer process under one attempt of a task, from `apply` to exit: brings it to the desired state, and writes what
 * it reports into the row.
 */
export class MixAttempt {
  private readonly log = new Log('mixing');
  private readonly child: MixerChild;
  private readonly pictures: PictureFeed;
  /** Reports and wishes are taken one after the other. */
  private readonly turns = new SerialQueue(MAX_WAITING);
  private spec: MixSpec | null = null;
  private seen: MixTask | null = null;
  private stopping = false;
  private superseded = false;
  private runningSince: number | null = null;
  private readonly meter = new CpuMeter();
  private cores: number | null = null;
  /** What the mixer has said last; it says it once. */
  private said: Said = { state: null, applied: 0, relief: [] };

  constructor(
    private readonly task: MixTask,
    private readonly deps: AttemptDeps,
  ) {
    this.child = new MixerChild({
      child: deps.child,
      fields: this.fields,
      log: this.log,
      onReport: (report) => this.inTurn(() => this.take(report)),
    });
    this.pictures = new PictureFeed({
      ...{ channelId: task.channelId, images: deps.images },
      send: (id, file) => this.child.give(id, file),
    });
    this.log.info({ ...this.fields, mixerPid: this.child.pid }, 'mixer process started');
  }

  async run(): Promise<AttemptEnd> {
    try {
      // While the process starts.
      this.spec = await this.deps.makeSpec(this.task);
      await this.apply(this.spec);
      if (this.seen) this.see(this.seen);
    } catch (error) {
      this.child.kill();
      await this.child.ended;
      throw error;
    }
    const end = await this.child.ended;
    await this.turns.idle('');
    this.log.info({ ...this.fields, ...end }, 'mixer process ended');
    if (this.superseded) return { kind: 'superseded' };
    return this.stopping ? { kind: 'stopped' } : this.setback(end);
  }

  /** The row as it is now: a new version is applied, a wish to stop carried out. */
  see(row: MixTask): void {
    // Read before this attempt began.
    if (row.attempt < this.task.attempt) return;
    this.inTurn(async () => {
      this.seen = row;
      if (row.attempt > this.task.attempt || mixTaskStates.isFinal(row.state)) {
        this.superseded = true;
        this.child.kill();
      } else if (row.state === 'stopping') this.stop();
      else await this.reconcile(row);
    });
  }

  /** Between the row and the mixer: what is wanted, and what was said while the database was away. */
  private async reconcile(row: MixTask): Promise<void> {
    const { state, applied, relief } = this.said;
    if (applied > (row.appliedVersion ?? 0)) await this.write({ type: 'applied', version: applied });
    if (state && state !== row.state) await this.write({ type: 'state', state, version: applied });
    if (relief.join() !== row.relief.join()) await this.write({ type: 'relief', taken: relief });
    if (!this.spec || row.version <= this.spec.version) return;
    this.spec = await this.next(this.spec, row);
    await this.apply(this.spec);
  }

  private async apply(spec: MixSpec): Promise<void> {
    await this.pictures.before(spec);
    this.child.apply(spec);
  }

  /** With the addresses of now, since the media node may be another one. Those of a conference that is over stay. */
  private async next(now: MixSpec, row: MixTask): Promise<MixSpec> {
    try {
      return await this.deps.makeSpec(row);
    } catch (error) {
      const isOver = error instanceof DomainError && error.kind !== 'unavailable';
      if (!isOver || row.conferenceId !== now.conferenceId) throw error;
      const { version, seats, layout, output } = row;
      return { ...now, version, seats, layout, output };
    }
  }

  /** Ends the process in order; `run` says `stopped`. */
  stop(): void {
    this.stopping = true;
    this.child.stop(STOP_MS);
  }

  private setback(end: MixerEnd): AttemptEnd {
    const hadRun = this.runningSince !== null;
    const settled = hadRun && Date.now() - (this.runningSince ?? 0) >= SETTLED_MS;
    // A mixer that says `stopped` without having been asked is no better than one that crashed.
    const code = end.code === 'stopped' ? 'internal' : end.code;
    return { kind: 'setback', code, settled, fatal: isFatal(end, hadRun) };
  }

  private async take(report: MixReport): Promise<void> {
    if (report.type === 'applied') this.said.applied = report.version;
    if (report.type === 'state' && report.state !== 'ready') this.said.state = report.state;
    if (report.type === 'relief') this.said.relief = report.taken;
    if (this.said.state === 'running') this.runningSince ??= Date.now();
    if (report.type === 'statistics') this.measure(report.statistics);
    await this.write(report);
  }

  private async write(report: MixReport): Promise<void> {
    const { id, attempt } = this.task;
    const { tasks } = this.deps;
    if (report.type === 'applied') await tasks.applied(id, attempt, report.version);
    else if (report.type === 'statistics') await tasks.statistics(id, attempt, report.statistics, this.cores);
    else if (report.type === 'relief') await tasks.relief(id, attempt, report.taken);
    else if (report.type === 'state' && report.state === 'running') await tasks.running(id, attempt);
    else if (report.type === 'state' && report.state === 'retrying') {
      await tasks.retrying(id, attempt, 'push_lost');
    }
  }

  /** While it pushes: before, it has nothing to do. */
  private measure({ cpuMs }: MixStatistics): void {
    if (this.runningSince === null) return;
    this.cores = this.meter.add(cpuMs, performance.now());
    if (this.cores !== null) this.deps.onCost(this.cores);
  }

  private inTurn(work: () => Promise<void>): void {
    this.turns.run('', work).catch((error: unknown) => {
      // The mix goes on while the database is away; the next report, or reading of the row, makes up for it.
      this.log.error({ ...this.fields, err: error }, 'mix task could not be updated');
    });
  }

  private get fields() {
    const { id, channelId, conferenceId, attempt } = this.task;
    return { taskId: id, channelId, conferenceId, attempt };
  }
}
