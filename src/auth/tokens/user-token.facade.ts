import { Injectable } from '@nestjs/common';
import { DomainError } from '../../platform/common';
import type { TokenView } from '../../contracts';
import type { Caller } from '../caller';
import type { VisitAuthorizer } from '../visitors';
import { Signer } from './signer';

/** Mints and reads the bearer tokens of users. */
@Injectable()
export class UserTokenFacade {
  private visits: VisitAuthorizer = { isCurrent: () => Promise.resolve(false) };

  constructor(private readonly signer: Signer) {}

  /** Called once, by the room that knows; no visit is good before. */
  attachVisits(visits: VisitAuthorizer): void {
    this.visits = visits;
  }

  /** @param ttlMs life of the token from now, to the second */
  async mint(user: Caller, ttlMs: number): Promise<TokenView> {
    const ttlSeconds = Math.floor(ttlMs / 1000);
    const { userId: sub, name, role, channels, conferences, apiKeyId: key, visit } = user;
    const claims = { sub, name, role, channels, conferences, key, visit };
    return {
      token: await this.signer.sign('api', claims, ttlSeconds),
      expiresAt: new Date(Date.now() + ttlSeconds * 1000).toISOString(),
      user: { id: user.userId, name: user.name, role: user.role },
    };
  }

  /**
   * @returns the user, and when the token ends (ms since 1970)
   * @throws DomainError token_invalid; a visitor's is so as soon as their visit is over
   */
  async authenticate(token: string): Promise<{ caller: Caller; expiresAtMs: number }> {
    const claims = await this.signer.verify('api', token);
    if (!claims) throw new DomainError('token_invalid');
    const { sub, name, role, channels, conferences, key, visit, exp } = claims;
    const caller = {
      userId: sub,
      name,
      role,
      ...(channels && { channels }),
      ...(conferences && { conferences }),
      ...(key && { apiKeyId: key }),
      ...(visit && { visit }),
    };
    await this.requireCurrent(caller);
    return { caller, expiresAtMs: exp * 1000 };
  }

  /** For what goes on after a token was read. @throws DomainError token_invalid: a visit that is over */
  async requireCurrent({ visit }: Pick<Caller, 'visit'>): Promise<void> {
    if (visit && !(await this.visits.isCurrent(visit))) throw new DomainError('token_invalid');
  }
}
