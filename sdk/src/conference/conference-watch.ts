import type { PlaybackView, WatchView } from '../contracts';
import { LianmaiError } from '../errors';
import type { ImConnection } from '../im/connection';
import type { RestApi } from '../rest/api';
import { Scope } from '../util/scope';
import { type Readable, Value } from '../util/value';

/** The server holds a request this long while the first picture is on its way, ms. */
const WAIT_MS = 10_000;

/** A conference as a viewer has it (bypass live): asked for, waited for, played, until it is over. */
export class ConferenceWatch {
  /** `starting`, `live` with its addresses, or `idle`: over; null: not known yet, or it can't be watched. */
  readonly view: Readable<WatchView | null>;
  /** Why it can't be watched. */
  readonly problem: Readable<LianmaiError | null>;
  private readonly now = new Value<WatchView | null>(null);
  private readonly trouble = new Value<LianmaiError | null>(null);
  private readonly scope = new Scope();

  constructor(
    im: ImConnection,
    private readonly api: RestApi,
    /** Id or number. */
    readonly conferenceId: string,
  ) {
    this.view = this.now;
    this.problem = this.trouble;
    this.scope.hold(
      im.on('bypass:ended', (event) => {
        const { value } = this.now;
        if (event.conferenceId === value?.conferenceId)
          this.now.value = { ...value, status: 'idle', playback: null };
      }),
    );
    void this.ask();
  }

  /** Again, after it was over or could not be watched. */
  async ask(): Promise<void> {
    this.trouble.value = null;
    try {
      do this.now.value = await this.api.watchConference(this.conferenceId, WAIT_MS);
      while (!this.scope.isOver && this.now.value.status === 'starting');
    } catch (reason) {
      this.now.value = null;
      this.trouble.value = LianmaiError.of(reason);
    }
  }

  /**
   * Fresh addresses, for a player that has lost the stream: a bypass live that has stopped meanwhile starts again.
   * @throws LianmaiError
   */
  async playback(): Promise<PlaybackView> {
    const { playback } = await this.api.watchConference(this.conferenceId, WAIT_MS);
    if (!playback) throw LianmaiError.local('network');
    return playback;
  }

  close(): void {
    this.scope.end();
  }
}
