import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { DomainError, requestContext } from '../platform/common';
import { type CallerRequest, PUBLIC_ROUTE } from './caller';
import { UserTokens } from './user-tokens';

/** Every HTTP route needs a user's bearer token (RFC 6750 §2.1) unless it is `@Public()`. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: UserTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Sockets are authenticated once, at their handshake.
    if (context.getType() !== 'http') return true;
    const isPublic = this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_ROUTE, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (isPublic) return true;
    const request = context.switchToHttp().getRequest<Request & CallerRequest>();
    request.caller = (await this.tokens.authenticate(bearerOf(request))).caller;
    const served = requestContext();
    if (served) served.caller = request.caller;
    return true;
  }
}

function bearerOf(request: Request): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (!token) throw new DomainError('token_missing');
  return token;
}
