import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerModuleOptions, type ThrottlerRequest } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import { DomainError } from '../../platform/common';
import type { RuntimeConfig } from '../../platform/config';
import type { CallerRequest } from '../caller';
import { RateCounters } from './rate-counters';

type Policy = 'address' | 'user' | 'api-key' | 'visit';
type Asked = Request & CallerRequest;

const WINDOW_MS = 60_000;
const READINESS = '/health/ready';
/** Asked for by machines of the installation itself; anybody may, and it costs nothing. */
const UNLIMITED = /^\/(health\/live|internal|metrics)(\/|$)/;

export function rateLimits(config: RuntimeConfig): ThrottlerModuleOptions {
  const { RATE_LIMIT_PER_MINUTE: user, RATE_LIMIT_ADDRESS_PER_MINUTE: address } = config;
  const { RATE_LIMIT_VISITS_PER_MINUTE: visit } = config;
  const limits: Record<Policy, number> = { address, user, 'api-key': address, visit };
  return {
    throttlers: Object.entries(limits).map(([name, limit]) => ({ name, limit, ttl: WINDOW_MS })),
    storage: new RateCounters(),
  };
}

/**
 * Counts requests under one of the policies and tells the client the state of the count, in the header fields of
 * draft-ietf-httpapi-ratelimit-headers-10 (`RateLimit-Policy`, `RateLimit`); the ProblemFilter adds Retry-After.
 */
abstract class RateLimitGuard extends ThrottlerGuard {
  protected abstract readonly policy: Policy;
  /** Who is counted; undefined: this policy does not count the request. */
  protected abstract subjectOf(request: Asked): Promise<string | undefined>;

  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    this.throttlers = this.throttlers.filter(({ name }) => name === this.policy);
  }

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    // Sockets have limits of their own (im).
    const isHttp = context.getType() === 'http';
    return Promise.resolve(!isHttp || UNLIMITED.test(context.switchToHttp().getRequest<Request>().path));
  }

  /** @throws DomainError rate_limited */
  protected override async handleRequest({ context, limit, ttl }: ThrottlerRequest): Promise<boolean> {
    const http = context.switchToHttp();
    const subject = await this.subjectOf(http.getRequest<Asked>());
    if (limit === 0 || subject === undefined) return true;
    const key = `${this.policy}:${subject}`;
    const count = await this.storageService.increment(key, ttl, limit, ttl, this.policy);
    const response = http.getResponse<Response>();
    const remaining = Math.max(0, limit - count.totalHits);
    response.append('RateLimit-Policy', `"${this.policy}";q=${limit};w=${ttl / 1000}`);
    response.append('RateLimit', `"${this.policy}";r=${remaining};t=${count.timeToExpire}`);
    if (!count.isBlocked) return true;
    throw new DomainError('rate_limited', { retryAfterMs: count.timeToBlockExpire * 1000 });
  }
}

/** By address (IPv6: by /64), before anything is looked up for the request. */
@Injectable()
export class AddressLimitGuard extends RateLimitGuard {
  protected readonly policy = 'address';

  protected async subjectOf(request: Asked): Promise<string | undefined> {
    const address = await this.getTracker(request);
    // A count of its own: a balancer that asks isn't refused for what its clients have asked.
    return request.path === READINESS ? `${READINESS} ${address}` : address;
  }
}

/** By user, once the token is known to be good: nobody can use up another's requests. */
@Injectable()
export class UserLimitGuard extends RateLimitGuard {
  protected readonly policy = 'user';

  protected subjectOf({ caller }: Asked): Promise<string | undefined> {
    return Promise.resolve(caller?.userId);
  }
}

/** By API key; runs after the ApiKeyGuard. */
@Injectable()
export class ApiKeyLimitGuard extends RateLimitGuard {
  protected readonly policy = 'api-key';

  protected subjectOf({ apiKeyId }: Asked): Promise<string | undefined> {
    return Promise.resolve(apiKeyId);
  }
}

/** Visits and their names, by address (IPv6: by /64): each visit is another person, as far as anybody can tell. */
@Injectable()
export class VisitLimitGuard extends RateLimitGuard {
  protected readonly policy = 'visit';

  protected subjectOf(request: Asked): Promise<string | undefined> {
    return this.getTracker(request);
  }
}
