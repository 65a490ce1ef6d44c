import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Log } from './logger';

/** A room's round of what a crash, a lost event or a lost job has left undone: at boot, and again and again. */
export abstract class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  /** A round that runs is to end at its next step. */
  protected closed = false;
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();

  /** @param periodMs from the end of a round to the next one, ms */
  protected constructor(
    protected readonly log: Log,
    private readonly periodMs: number,
  ) {}

  onApplicationBootstrap(): void {
    this.run();
  }

  /** Resolves when no round runs any more, nor will one. */
  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.sweeping;
  }

  /** One round, now. */
  async sweep(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      this.log.error({ err: error }, 'sweep failed');
    }
  }

  /** What it throws is logged; the next round makes up for it. */
  protected abstract round(): Promise<void>;

  private run(): void {
    this.sweeping = this.sweep().finally(() => {
      if (!this.closed) this.timer = setTimeout(() => this.run(), this.periodMs);
    });
  }
}
