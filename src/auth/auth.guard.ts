import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { requestContext } from '../platform/common';
import { type CallerRequest, PUBLIC_ROUTE } from './caller';
import { bearerOf } from './tokens/bearer';
import { UserTokenFacade } from './tokens/user-token.facade';
import { type OpenTo, requireOpenTo, VISITOR_ROUTE } from './visitors';

/**
 * Every HTTP route needs a user's bearer token (RFC 6750 §2.1) unless it is `@Public()`. A visitor's is one for routes that
 * are opened to them (`@ForVisitors()`), and for no others.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: UserTokenFacade,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    // Sockets are authenticated once, at their handshake.
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC_ROUTE, targets)) return true;
    const request = context.switchToHttp().getRequest<Request & CallerRequest>();
    request.caller = (await this.tokens.authenticate(bearerOf(request.headers.authorization))).caller;
    const served = requestContext();
    if (served) served.caller = request.caller;
    const openTo = this.reflector.get<OpenTo | undefined>(VISITOR_ROUTE, context.getHandler());
    requireOpenTo(request.caller, openTo);
    return true;
  }
}
