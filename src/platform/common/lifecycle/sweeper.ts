import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Log } from '../telemetry/logger';

interface When {
  /** Before the first round, ms; 0: at boot. */
  firstMs?: number;
  /** Whether this process is the one that does it now (LastingConnection.duty); default: each process does. */
  duty?: () => boolean;
}

/**
 * Periodically redoes what a crash, a lost event or a lost job left undone. The process that begins to have the duty begins
 * with what the one before has left.
 */
export abstract class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  /** The running round ends before its next step. */
  protected closed = false;
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();

  /** @param periodMs from the end of a round to the next one, ms */
  protected constructor(
    protected readonly log: Log,
    private readonly periodMs: number,
    private readonly when: When = {},
  ) {}

  onApplicationBootstrap(): void | Promise<void> {
    const { firstMs = 0 } = this.when;
    if (firstMs > 0) this.schedule(firstMs);
    else this.run();
  }

  /** Resolves when no round runs any more; none will begin after it. */
  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.sweeping;
  }

  /** One round, now, whoever has the duty. */
  async sweep(): Promise<void> {
    await this.attempt({}, () => this.round());
  }

  /** What it throws is logged; the next round retries. */
  protected abstract round(): Promise<void>;

  /**
   * One step for each thing found, one after the other, until the process ends. An error is logged and ends only its own
   * step; one in `find` ends them all, but not the round.
   * @param subject what the ids are of, as log lines name it: `sessionId`
   */
  protected async each<T extends string | { id: string }>(
    subject: string,
    find: () => T[] | Promise<T[]>,
    step: (one: T) => Promise<void>,
  ): Promise<void> {
    await this.attempt({}, async () => {
      for (const one of await find()) {
        if (this.closed) return;
        const id = typeof one === 'string' ? one : one.id;
        await this.attempt({ [subject]: id }, () => step(one));
      }
    });
  }

  private async attempt(fields: object, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.log.error({ err: error, ...fields }, 'sweep failed');
    }
  }

  private run(): void {
    const { duty = () => true } = this.when;
    const round = duty() ? this.sweep() : Promise.resolve();
    this.sweeping = round.finally(() => this.schedule(this.periodMs));
  }

  private schedule(ms: number): void {
    if (!this.closed) this.timer = setTimeout(() => this.run(), ms);
  }
}
