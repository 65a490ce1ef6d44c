import { Injectable } from '@nestjs/common';
import { DomainError } from '../../platform/common';
import type { TokenView } from '../../contracts';
import type { Caller } from '../caller';
import { Signer } from './signer';

/** Mints and reads the bearer tokens of users. */
@Injectable()
export class UserTokenFacade {
  constructor(private readonly signer: Signer) {}

  /** @param ttlSeconds life of the token from now */
  async mint(user: Caller, ttlSeconds: number): Promise<TokenView> {
    const { userId: sub, name, role, channels, conferences, apiKeyId: key } = user;
    const claims = { sub, name, role, channels, conferences, key };
    return {
      token: await this.signer.sign('api', claims, ttlSeconds),
      expiresAt: new Date(Date.now() + ttlSeconds * 1000).toISOString(),
      user: { id: user.userId, name: user.name, role: user.role },
    };
  }

  /**
   * @returns the user, and when the token ends (ms since 1970)
   * @throws DomainError token_invalid
   */
  async authenticate(token: string): Promise<{ caller: Caller; expiresAtMs: number }> {
    const claims = await this.signer.verify('api', token);
    if (!claims) throw new DomainError('token_invalid');
    const { sub, name, role, channels, conferences, key, exp } = claims;
    const caller = {
      userId: sub,
      name,
      role,
      ...(channels && { channels }),
      ...(conferences && { conferences }),
      ...(key && { apiKeyId: key }),
    };
    return { caller, expiresAtMs: exp * 1000 };
  }
}
