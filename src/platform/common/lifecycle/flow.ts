import type { Log } from '../telemetry/logger';
import { SerialQueue } from '../serial-queue';

/** Steps of one subject that may wait; the sweep makes up for more. */
const MAX_WAITING = 100;

/**
 * What moves a room's rows through their states. `settle` is the whole of it: it looks at the row and at what the other
 * rooms say, and does the next step. Requests, events, time-outs and the sweep all end there, so that a step that was
 * missed or interrupted is made up for, and one that is tried twice happens once.
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

  /** The next step, whatever it is. One at a time for each id in this process; with others the row decides. */
  settle(id: string, hint: Hint): Promise<void> {
    return this.turns.run(id, () => this.step(id, hint));
  }

  /** For callers who have not failed when the next step can't be done now: the sweep comes back to it. */
  async settleQuietly(id: string, hint: Hint): Promise<void> {
    try {
      await this.settle(id, hint);
    } catch (error) {
      this.log.error({ err: error, [this.subject]: id }, 'the next step could not be done');
    }
  }

  protected abstract step(id: string, hint: Hint): Promise<void>;
}
