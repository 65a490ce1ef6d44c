import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Log, Sweeper } from '../common';
import { CONFIG, type RuntimeConfig } from '../config';
import { DUTIES, type HasRetention, LastingConnection, type Retained, RETENTION } from '../database';

const SWEEP_MS = 10 * 60_000;
/** After a start others have more urgent things to do. */
const FIRST_MS = 30_000;
/** Rows of one statement, and statements for one kind of rows in one round: 14 million rows a day. */
const BATCH = 1_000;
const BATCHES = 100;

/** Removes what has been over for longer than it is kept. One process does it for all. */
@Injectable()
export class RetentionSweep extends Sweeper implements OnModuleInit {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly discovery: DiscoveryService,
    private readonly connection: LastingConnection,
  ) {
    super(new Log('retention'), SWEEP_MS, { firstMs: FIRST_MS });
  }

  onModuleInit(): void {
    this.connection.seekDuty(DUTIES.retention);
  }

  protected async round(): Promise<void> {
    if (!this.connection.hasDuty(DUTIES.retention)) return;
    await this.each(
      'kept',
      () => this.retained().map((kind) => ({ id: kind.name, kind })),
      ({ kind }) => this.remove(kind),
    );
  }

  private async remove({ name, remove }: Retained): Promise<void> {
    const days = this.config.retention[name];
    let removed = 0;
    for (let batch = 0; batch < BATCHES && !this.closed; batch++) {
      const now = await remove(days, BATCH);
      removed += now;
      if (now < BATCH) break;
    }
    if (removed > 0) this.log.info({ kept: name, days, removed }, 'what was over for long was removed');
  }

  private retained(): Retained[] {
    const instances = this.discovery.getProviders().map(({ instance }): unknown => instance);
    return [...new Set(instances)].filter(hasRetention).flatMap((one) => one[RETENTION]());
  }
}

function hasRetention(instance: unknown): instance is HasRetention {
  return typeof instance === 'object' && instance !== null && RETENTION in instance;
}
