import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Log, within } from '../common';
import { NodesFacade } from '../../nodes';
import { QueueMaintenance } from '../queue';

export interface Readiness {
  status: 'ready' | 'not-ready';
  checks: Record<'database' | 'queue' | 'media', boolean>;
}

const TIMEOUT_MS = 2_000;

/** Whether requests can be served: the database and the queue answer and a media node is alive. */
@Injectable()
export class ReadinessCheck {
  private readonly log = new Log('health');

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly queues: QueueMaintenance,
    private readonly nodes: NodesFacade,
  ) {}

  async readiness(): Promise<Readiness> {
    const [database, queue, media] = await Promise.all([
      this.holds('database', () => this.db.query('SELECT 1')),
      this.holds('queue', () => this.queues.check()),
      this.holds('media', () => this.nodes.pick()),
    ]);
    const status = database && queue && media ? 'ready' : 'not-ready';
    return { status, checks: { database, queue, media } };
  }

  private async holds(name: string, check: () => Promise<unknown>): Promise<boolean> {
    try {
      await within(TIMEOUT_MS, check());
      return true;
    } catch (err) {
      this.log.debug({ err, check: name }, 'not ready');
      return false;
    }
  }
}
