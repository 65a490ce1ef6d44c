import type { PlaybackView, WatchView } from '../contracts';
import { LianmaiError } from '../errors';
import type { ImConnection } from '../im/connection';
import type { RestApi } from '../rest/api';
import { Refresh } from '../util/refresh';
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
  private readonly refreshing: Refresh;
  /** Lives that have ended while an answer was on its way. */
  private readonly ended = new Set<string>();
  /** The person wants to see it, and it isn't known yet whether they will. */
  private wanted = true;
  /** Rises with each question: the answer to an older one doesn't count. */
  private turn = 0;

  constructor(
    im: ImConnection,
    private readonly api: RestApi,
    /** Id or number. */
    readonly conferenceId: string,
  ) {
    this.view = this.now;
    this.problem = this.trouble;
    this.scope.hold(im.on('bypass:ended', (event) => this.over(event)));
    this.refreshing = new Refresh(im, () => (this.wanted ? this.want() : this.check()));
    this.scope.hold(() => this.refreshing.close());
    if (im.state.value !== 'online') void this.refreshing.now();
  }

  /** Again, after it was over or could not be watched. */
  async ask(): Promise<void> {
    this.wanted = true;
    this.trouble.value = null;
    await this.refreshing.now();
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

  private over({ conferenceId, reason }: Pick<WatchView, 'conferenceId' | 'reason'>): void {
    this.ended.add(conferenceId);
    if (conferenceId === this.now.value?.conferenceId)
      this.now.value = { ...this.now.value, status: 'idle', playback: null, reason };
  }

  private async want(): Promise<void> {
    const mine = ++this.turn;
    const isMine = () => mine === this.turn && !this.scope.isOver;
    try {
      for (let status = 'starting'; status === 'starting' && isMine();) {
        const view = await this.answer(this.api.watchConference(this.conferenceId, WAIT_MS));
        if (!isMine()) return;
        status = view.status;
        this.now.value = view;
      }
      this.trouble.value = null;
      if (isMine()) this.wanted = false;
    } catch (reason) {
      if (!isMine()) return;
      const why = LianmaiError.of(reason);
      // A network that is lost for a while says nothing of the conference.
      this.wanted = why.isPassing;
      if (!this.wanted) this.now.value = null;
      this.trouble.value = why;
      throw why;
    }
  }

  /** Its end may have come while nobody could be told. Addresses that play are kept. */
  private async check(): Promise<void> {
    const mine = ++this.turn;
    if (!this.now.value) return;
    const view = await this.answer(this.api.getWatch(this.conferenceId));
    if (mine === this.turn && view.status !== this.now.value?.status) this.now.value = view;
  }

  /** Whether an end that came before the answer is the newer of the two, only the server knows. */
  private async answer(asked: Promise<WatchView>): Promise<WatchView> {
    this.ended.clear();
    let view = await asked;
    while (this.ended.delete(view.conferenceId)) view = await this.api.getWatch(view.conferenceId);
    return view;
  }
}
