import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Log, within } from '../common';
import { NodesFacade } from '../../nodes';
import { QueueMaintenance } from '../queue';
import { Recent } from './recent';
import { WriteCheck } from './write-check';

type Check = 'database' | 'writes' | 'queue' | 'media';

export interface Readiness {
  status: 'ready' | 'not-ready';
  /** `writes`: the database takes them, and there is room for more. */
  checks: Record<Check, boolean>;
}

const TIMEOUT_MS = 2_000;
/** Strangers may ask as often as they like, ms. */
const KEEP_MS = 500;
/** A write costs more than a question, ms. */
const KEEP_WRITES_MS = 5_000;

/** Whether requests can be served: the database and the queue answer and take what is new, and a media node is alive. */
@Injectable()
export class ReadinessCheck {
  private readonly log = new Log('health');
  private readonly last = new Recent(() => this.readiness(), KEEP_MS);
  private readonly lastWrites = new Recent(
    () => this.holds('writes', () => this.writes.check()),
    KEEP_WRITES_MS,
  );
  private readonly failing = new Set<Check>();

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly queues: QueueMaintenance,
    private readonly nodes: NodesFacade,
    private readonly writes: WriteCheck,
  ) {}

  /** As of half a second ago at most, and of five for writes. */
  recent(): Promise<Readiness> {
    return this.last.get();
  }

  async readiness(): Promise<Readiness> {
    const [database, writes, queue, media] = await Promise.all([
      this.holds('database', () => this.db.query('SELECT 1')),
      this.lastWrites.get(),
      this.holds('queue', () => this.queues.check()),
      this.holds('media', () => this.nodes.pick()),
    ]);
    const status = database && writes && queue && media ? 'ready' : 'not-ready';
    return { status, checks: { database, writes, queue, media } };
  }

  private async holds(name: Check, check: () => Promise<unknown>): Promise<boolean> {
    try {
      await within(TIMEOUT_MS, check());
      if (this.failing.delete(name)) this.log.info({ check: name }, 'ready again');
      return true;
    } catch (err) {
      // Once: somebody may ask twice a second.
      const reason = (err as Error).message;
      if (!this.failing.has(name)) this.log.warn({ check: name, reason }, 'not ready');
      this.failing.add(name);
      return false;
    }
  }
}
