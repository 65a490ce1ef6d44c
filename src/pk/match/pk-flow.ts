import { Inject, Injectable } from '@nestjs/common';
import { type PairedSession, PairingFacade } from '../../co-host';
import { Flow, hasPassed, Log } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { PkMatch } from '../pk.entity';
import { PkRepository } from '../pk.repository';
import { pkStates } from '../pk.state';
import { PkChanges } from './pk-changes';
import { type Outcome, outcomeOf, winnerOf } from './pk-result';
import { PkJobs } from '../pk.jobs';

/** Moves matches through their states, by their row and both sessions. */
@Injectable()
export class PkFlow extends Flow {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly matches: PkRepository,
    private readonly changes: PkChanges,
    private readonly pairs: PairingFacade,
    private readonly jobs: PkJobs,
  ) {
    super(new Log('pk'), 'matchId');
  }

  /**
   * Ends the match; from here on its result stands. Without effect on a match that is over.
   * @returns false when it was over
   */
  async finish(id: string, outcome: Outcome): Promise<boolean> {
    const done = await this.toEnding(id, outcome);
    if (done) await this.settleQuietly(id);
    return done;
  }

  private toEnding(id: string, outcome: Outcome): Promise<boolean> {
    return this.changes.change(id, async (match, tx) => {
      if (!pkStates.can(match.state, 'ending')) return false;
      const sides = await this.matches.sides(id, tx);
      const ran = match.startedAt !== null;
      const winner = ran ? winnerOf(sides, outcome) : null;
      const now = ran ? { endsAt: earlier(match.endsAt, new Date()) } : {};
      await this.matches.update(id, { state: 'ending', reason: outcome.reason, winner, ...now }, tx);
      return true;
    });
  }

  protected async step(id: string): Promise<void> {
    const match = await this.matches.find(id);
    if (!match || pkStates.isFinal(match.state)) return;
    if (match.state === 'ending') return this.settleEnding(match);
    const outcome = await this.outcome(match);
    if (outcome) {
      await this.toEnding(id, outcome);
      return this.step(id);
    }
    if (match.state === 'starting' && (await this.isSeen(id))) await this.start(match);
  }

  /** Why the match must end now; null: it needn't. */
  private async outcome({ id, state, createdAt, endsAt }: PkMatch): Promise<Outcome | null> {
    const sessions = await this.sessionStatuses(id);
    const broken = sessions.filter(({ isOver }) => isOver);
    if (broken.length > 0) return outcomeOf(broken);
    if (state === 'running') return hasPassed(endsAt) ? { reason: 'time_up' } : null;
    const since = [createdAt, ...sessions.map(({ connectingSince }) => connectingSince)];
    const isLate = since.every((at) => at !== null && hasPassed(at, this.config.CONNECTING_TIMEOUT_MS));
    return isLate ? { reason: 'connecting_timeout' } : null;
  }

  /** Whether both audiences see both hosts. */
  private async isSeen(id: string): Promise<boolean> {
    return (await this.sessionStatuses(id)).every(({ isSeen }) => isSeen);
  }

  /** Both audiences see both hosts, so the time begins. */
  private async start({ id, durationMs }: PkMatch): Promise<void> {
    const startedAt = new Date();
    const endsAt = new Date(startedAt.getTime() + durationMs);
    const started = await this.changes.change(id, async (match, tx) => {
      if (!pkStates.can(match.state, 'running')) return false;
      await this.matches.update(id, { state: 'running', startedAt, endsAt }, tx);
      return true;
    });
    if (started) await this.jobs.settleMatch(id, durationMs);
  }

  private async settleEnding({ id, reason, startedAt }: PkMatch): Promise<void> {
    const sides = await this.matches.sides(id);
    const back = await Promise.all(sides.map((side) => this.pairs.release(side.sessionId, 'pk_over')));
    if (!back.every(Boolean)) return;
    await this.changes.change(id, async (match, tx) => {
      const state = startedAt ? 'ended' : 'failed';
      if (!pkStates.can(match.state, state)) return false;
      await this.matches.update(id, { state, endedAt: new Date() }, tx);
      await this.matches.free(id, tx);
      return true;
    });
    this.log.info({ matchId: id, reason }, 'match over');
  }

  private async sessionStatuses(id: string): Promise<(PairedSession & { channelId: string })[]> {
    const sides = await this.matches.sides(id);
    return Promise.all(
      sides.map(async ({ channelId, sessionId }) => ({ channelId, ...(await this.pairs.status(sessionId)) })),
    );
  }
}

function earlier(a: Date | null, b: Date): Date {
  return a && a < b ? a : b;
}
