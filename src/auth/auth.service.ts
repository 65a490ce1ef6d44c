import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { LoginLinkView, TokenRequest, TokenView, UserView } from '../contracts';
import { Audited, DomainError, EventBus, requestContext } from '../platform/common';
import { type Caller, requireAdmin } from './caller';
import { LoginLinkFacade } from './login/login-link.facade';
import { UserTokenFacade } from './tokens/user-token.facade';
import { GUEST_PREFIX, isGuestId } from '../shared/guest-id';

const DEFAULT_TTL_MS = 3_600_000;

@Injectable()
export class AuthService {
  constructor(
    private readonly tokens: UserTokenFacade,
    private readonly links: LoginLinkFacade,
    private readonly bus: EventBus,
    @InjectDataSource() private readonly db: DataSource,
  ) {}

  /**
   * For the app's own backend; the route's guard has checked the API key. A token isn't refreshed: the backend, which
   * knows whether the user still has the same rights, mints another.
   */
  async mintToken(request: TokenRequest): Promise<TokenView> {
    const { userId, name, role = 'user', ttlMs = DEFAULT_TTL_MS, channels, conferences } = request;
    requireNoGuest(userId);
    if (role === 'admin' && (channels ?? conferences)) {
      throw new DomainError('invalid_input', {
        reason: 'role: an admin is not limited to channels or conferences',
      });
    }
    const apiKeyId = requestContext()?.apiKeyId;
    const token = await this.tokens.mint({ userId, name, role, channels, conferences, apiKeyId }, ttlMs);
    await this.audit('token.minted', userId, { role, ttlMs });
    return token;
  }

  async createLoginLink(
    caller: Caller,
    { userId, name, role = 'user' }: Pick<TokenRequest, 'userId' | 'name' | 'role'>,
  ): Promise<LoginLinkView> {
    requireAdmin(caller, 'create login links');
    requireNoGuest(userId);
    const { apiKeyId } = caller;
    const { url, expiresAt } = await this.links.create({ userId, name, role, apiKeyId });
    await this.audit('login-link.created', userId, { role });
    return { url, expiresAt: expiresAt.toISOString() };
  }

  async login(code: string): Promise<TokenView> {
    const { user, token } = await this.links.redeem(code);
    const served = requestContext();
    // The code says who asks, and by which API key, as a token would.
    if (served) served.caller = user;
    await this.audit('login-link.used', user.userId, { role: user.role });
    return token;
  }

  /** Before the answer, which is the only thing of its kind to leave. */
  private async audit(action: string, userId: string, details: Record<string, unknown>): Promise<void> {
    await this.bus.transaction(this.db, () => {
      this.bus.publish(new Audited(action, { type: 'user', id: userId }, details));
      return Promise.resolve();
    });
  }

  viewOf({ userId, name, role }: Caller): UserView {
    return { id: userId, name, role };
  }
}

/** Visitors' ids are made here alone: nobody is taken for one of them. @throws DomainError invalid_input */
function requireNoGuest(userId: string): void {
  if (!isGuestId(userId)) return;
  const reason = `userId: ${GUEST_PREFIX}… is for those who come by a share link`;
  throw new DomainError('invalid_input', { reason });
}
