import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Log } from '../common';
import { BypassFlow } from './bypass-flow';
import { BypassLiveRepository } from './bypass-live.repository';

/** Media nodes report viewers as often. */
const SWEEP_MS = 2000;

/**
 * At boot and every 2 s: counts the viewers of what is on the air, and does what a crash between two steps or a lost
 * event has left undone. In every API process: each step is safe to be done twice.
 */
@Injectable()
export class BypassLiveSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Log('bypass-live');
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(
    private readonly lives: BypassLiveRepository,
    private readonly flow: BypassFlow,
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
      for (const id of await this.lives.unfinished()) {
        if (this.closed) return;
        await this.flow.settleQuietly(id);
      }
    } catch (error) {
      this.log.error({ err: error }, 'sweep failed');
    }
  }
}
