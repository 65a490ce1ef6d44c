import { LianmaiError } from '../errors';
import { within } from '../util/within';

/**
 * Asks the app's own backend for a user token (POST /v1/tokens with its API key). `first`: there is none yet.
 * `expiring`: the present one ends soon. `refused`: the server takes it no more.
 */
export type GetToken = (why: 'first' | 'expiring' | 'refused') => Promise<string> | string;

/** A token is renewed so long before its end, ms; of a short one after nine tenths of its life. */
const RENEW_BEFORE_MS = 60_000;
const SHORT_SHARE = 0.1;
/** Longest that setTimeout takes, ms. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const RETRY_MS = 5000;
/** The app's backend is given so long to answer, ms. */
const ANSWER_MS = 15_000;

/** The user's token: fetched once when it is needed, anew before it ends or when it is refused. */
export class TokenSource {
  private token: string | null = null;
  private asked: Promise<string> | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly listeners = new Set<(token: string) => void>();
  private closed = false;
  /** Rises when what is on its way is of another user. */
  private era = 0;

  constructor(private readonly get: GetToken) {}

  /** @throws LianmaiError token_missing; network where the callback takes too long; or what it throws */
  current(): Promise<string> {
    return this.token !== null ? Promise.resolve(this.token) : this.ask('first');
  }

  /**
   * The server refused this token.
   * @returns whether there is another one to try
   * @throws LianmaiError network where the app's backend can't be asked now
   */
  async refused(token: string): Promise<boolean> {
    if (this.token !== null && this.token !== token) return true;
    this.token = null;
    const next = await this.ask('refused').catch((error: unknown) => {
      if (error instanceof LianmaiError && error.code === 'token_missing') return token;
      throw error instanceof LianmaiError ? error : LianmaiError.local('network', String(error));
    });
    // The same one again: it is asked for anew when it is needed.
    if (next === token) this.token = null;
    return next !== token;
  }

  /** Asks for another one of the same user. @throws what the callback throws */
  async renew(): Promise<void> {
    await this.ask('expiring');
  }

  /** Another user's is asked for from now on. */
  forget(): void {
    this.token = null;
    // An answer that is on its way is of the one before.
    this.asked = null;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.era++;
  }

  /** Calls with each token that takes the place of another. */
  onRenewed(listener: (token: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    this.listeners.clear();
  }

  private ask(why: Parameters<GetToken>[0]): Promise<string> {
    if (this.asked) return this.asked;
    const asked = this.fetch(why).finally(() => {
      if (this.asked === asked) this.asked = null;
    });
    this.asked = asked;
    return asked;
  }

  private async fetch(why: Parameters<GetToken>[0]): Promise<string> {
    const { era, token: before } = this;
    const token = await within(ANSWER_MS, this.get(why));
    if (!token) throw LianmaiError.local('token_missing');
    if (era !== this.era) return this.current();
    this.token = token;
    // The same one again: there is no other, and asking on would not change that.
    if (token !== before) this.schedule(token);
    if (why !== 'first' && token !== before) for (const listener of [...this.listeners]) listener(token);
    return token;
  }

  private schedule(token: string): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const life = lifeOf(token);
    if (!life || this.closed) return;
    const left = life.endsAt - Date.now();
    const before = Math.min(RENEW_BEFORE_MS, (life.endsAt - life.begins) * SHORT_SHARE);
    if (left <= 0) return;
    this.renewIn(Math.max(left - before, 0), token);
  }

  private renewIn(ms: number, token: string): void {
    if (this.closed) return;
    this.timer = setTimeout(
      () => {
        if (this.token !== token) return;
        this.ask('expiring').then(
          () => undefined,
          () => this.renewIn(RETRY_MS, token),
        );
      },
      Math.min(ms, MAX_TIMER_MS),
    );
    // Where there is such a thing: a bot's process may end before.
    (this.timer as { unref?: () => void }).unref?.();
  }
}

/** When a JWT (RFC 7519 §4.1) begins and ends, ms since 1970; null for another kind of token. */
function lifeOf(token: string): { begins: number; endsAt: number } | null {
  try {
    const payload = token.split('.')[1] ?? '';
    const text = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const { exp, iat = Date.now() / 1000 } = JSON.parse(text) as { exp?: number; iat?: number };
    return typeof exp === 'number' ? { begins: iat * 1000, endsAt: exp * 1000 } : null;
  } catch {
    return null;
  }
}
