import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { DomainError } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { TokenView } from '../../contracts';
import type { Caller } from '../caller';
import { LoginCodeRepository } from './login-code.repository';
import { UserTokenFacade } from '../tokens/user-token.facade';

const LINK_TTL_MS = 10 * 60_000;
const SESSION_TTL_MS = 12 * 3_600_000;

/** One-time links that open a page as a user; used by the console, the demo and admins. */
@Injectable()
export class LoginLinkFacade {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly codes: LoginCodeRepository,
    private readonly tokens: UserTokenFacade,
  ) {}

  /** A link good for ten minutes and one use. The code is in the fragment, so that it reaches no access log. */
  async create(user: Caller): Promise<{ url: string; expiresAt: Date }> {
    const code = randomBytes(32).toString('base64url');
    const expiresAt = new Date(Date.now() + LINK_TTL_MS);
    await this.codes.add({ codeHash: hashOf(code), ...user, expiresAt });
    return { url: `${this.config.PUBLIC_URL}/login#code=${code}`, expiresAt };
  }

  /** @returns whom the link was made for, and their token. @throws DomainError login_code_invalid */
  async redeem(code: string): Promise<{ user: Caller; token: TokenView }> {
    const user = await this.codes.take(hashOf(code));
    if (!user) throw new DomainError('login_code_invalid');
    return { user, token: await this.tokens.mint(user, SESSION_TTL_MS) };
  }
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
