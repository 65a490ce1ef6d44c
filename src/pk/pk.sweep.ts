import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Log } from '../common';
import { PkFlow } from './pk-flow';
import { PkRepository } from './pk.repository';

const SWEEP_MS = 5000;

/**
 * At boot and every 5 s: what a crash between two steps, a lost event or a lost job has left undone. In every API
 * process: each step is safe to be done twice.
 */
@Injectable()
export class PkSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Log('pk');
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly matches: PkRepository,
    private readonly flow: PkFlow,
  ) {}

  onApplicationBootstrap(): void {
    this.run();
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.sweeping;
  }

  private run(): void {
    this.sweeping = this.sweep().finally(() => {
      if (!this.closed) this.timer = setTimeout(() => this.run(), SWEEP_MS);
    });
  }

  /** One after another; an error ends only its own step. */
  private async sweep(): Promise<void> {
    try {
      for (const id of await this.matches.unfinished()) {
        if (this.closed) return;
        await this.flow.settleQuietly(id);
      }
    } catch (error) {
      this.log.error({ err: error }, 'sweep failed');
    }
  }
}
