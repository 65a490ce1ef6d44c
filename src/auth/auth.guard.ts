import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { requestContext } from '../platform/common';
import { type CallerRequest, PUBLIC_ROUTE } from './caller';
import { bearerOf } from './tokens/bearer';
import { UserTokenFacade } from './tokens/user-token.facade';

/** Every HTTP route needs a user's bearer token (RFC 6750 §2.1) unless it is `@Public()`. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: UserTokenFacade,
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
    request.caller = (await this.tokens.authenticate(bearerOf(request.headers.authorization))).caller;
    const served = requestContext();
    if (served) served.caller = request.caller;
    return true;
  }
}
