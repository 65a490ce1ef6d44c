import { afterCommit } from '../events/event-bus';
import type { Log } from '../telemetry/logger';
import { SerialQueue } from '../serial-queue';

/** Steps of one subject that may wait; the sweep does what is refused beyond that. */
const MAX_WAITING = 100;

/**
 * Moves a room's rows through their states. `settle` looks at the row and at the other rooms, and does the next step.
 * Requests, events, time-outs and the sweep all call it: a step that was missed or interrupted is done later, and one
 * that is tried twice happens once.
 *
 * @typeParam Hint what the caller knows and the row doesn't say yet
 */
export abstract class Flow<Hint = void> {
  private readonly turns = new SerialQueue(MAX_WAITING);

  /** @param subject what the ids are of, as log lines name it: `sessionId` */
  protected constructor(
    protected readonly log: Log,
    private readonly subject: string,
  ) {}

  /** Does the next step. One at a time for each id in this process; between processes the row decides. */
  settle(id: string, hint: Hint): Promise<void> {
    return this.turns.run(id, () => this.step(id, hint));
  }

  /** Like `settle`, but after the commit, and it logs errors instead of throwing; the sweep retries. */
  settleQuietly(id: string, hint: Hint): Promise<void> {
    return afterCommit(async () => {
      try {
        await this.settle(id, hint);
      } catch (error) {
        this.log.error({ err: error, [this.subject]: id }, 'the next step could not be done');
      }
    });
  }

  protected abstract step(id: string, hint: Hint): Promise<void>;
}
