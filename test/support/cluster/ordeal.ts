import type { Clerk } from './clerk';
import type { Cluster } from './cluster';
import type { Fault } from './faults';
import type { Show } from './show';

/** What one fault has cost. */
export interface Toll {
  fault: string;
  /** Largest time between two pictures, ms. */
  gapMs: number;
  /** From the fault until everything ran evenly again, ms. */
  tookMs: number;
  attempts: number;
  /** Of viewers whose media node wasn't taken away. */
  disconnects: number;
  /** Why it did not come to run evenly again; '' where it did. */
  error: string;
}

/** A show and a clerk that undergo faults, and the sum of what these cost. */
export class Ordeal {
  private disconnects = 0;
  private worstGapMs = 0;
  private needlessRestarts = 0;
  private failures = 0;
  private otherSessions = 0;

  constructor(
    private readonly cluster: Cluster,
    private readonly show: Show,
    private readonly clerk: Clerk,
  ) {}

  /** Resolves when everything runs evenly again, or after two minutes. */
  async undergo(fault: Fault): Promise<Toll> {
    const { show } = this;
    const before = { ...(await show.mixTask()), disconnects: show.viewer.disconnects };
    const atTheirs = await this.takesViewersNode(fault);
    const from = performance.now();
    const error = await this.strike(fault);
    const toll = {
      fault: fault.name,
      gapMs: Math.round(show.viewer.largestGapSince(from)),
      tookMs: Math.round(performance.now() - from),
      attempts: (await show.mixTask().catch(() => before)).attempt - before.attempt,
      disconnects: atTheirs ? 0 : show.viewer.disconnects - before.disconnects,
      error,
    };
    await this.count(fault, toll, atTheirs);
    return toll;
  }

  /** Ends show and clerk. */
  async end(): Promise<Record<string, number>> {
    const lost = await this.clerk.lost();
    for (const what of lost) console.error(`lost: ${what}`);
    await this.show.stop();
    const { disconnects, worstGapMs, needlessRestarts, failures } = this;
    const lostState = lost.length + this.otherSessions;
    return { disconnects, lostState, worstGapMs, needlessRestarts, failures, accepted: this.clerk.asked };
  }

  private async strike(fault: Fault): Promise<string> {
    try {
      await fault.strike(this.cluster, this.show);
      await this.show.steady();
      return '';
    } catch (error) {
      return String(error);
    }
  }

  private async takesViewersNode({ takes }: Fault): Promise<boolean> {
    if (takes !== 'node of the call') return takes !== undefined;
    return this.show.callNode() === (await this.show.node());
  }

  private async count(fault: Fault, toll: Toll, atTheirs: boolean): Promise<void> {
    this.needlessRestarts += Math.max(0, toll.attempts - fault.attempts);
    if (toll.error) this.failures++;
    if ((await this.show.session())?.id !== this.show.sessionId) this.otherSessions++;
    if (atTheirs) return;
    this.disconnects += toll.disconnects;
    this.worstGapMs = Math.max(this.worstGapMs, toll.gapMs);
  }
}
