import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import type { Observable } from 'rxjs';
import { DomainError, readBody, readBytes, TAKES_BYTES, type TakenBytes } from '../platform/common';
import type { CallerRequest } from './caller';

/** A report of a media node with many channels is the largest body, bytes. */
const MAX_BYTES = 1 << 20;
/** Of somebody of whom nothing is known, bytes. */
const MAX_STRANGERS_BYTES = 16 << 10;

/**
 * Bodies are read when all guards have let the request in: who is refused costs no parsing. They are JSON, unless the route
 * says otherwise (TakesBytes).
 */
@Injectable()
export class BodyInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() === 'http') {
      const http = context.switchToHttp();
      const request = http.getRequest<Request & CallerRequest>();
      const taken = this.reflector.get<TakenBytes | undefined>(TAKES_BYTES, context.getHandler());
      if (taken) {
        requireType(request, taken);
        await readBytes(request, http.getResponse<Response>(), taken.limit);
        return next.handle();
      }
      const isKnown = (request.caller ?? request.apiKeyId ?? request.nodeId) !== undefined;
      await readBody(request, http.getResponse<Response>(), isKnown ? MAX_BYTES : MAX_STRANGERS_BYTES);
    }
    return next.handle();
  }
}

/** @throws DomainError image_type_unsupported */
function requireType(request: Request, { types }: TakenBytes): void {
  const type = request.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(type)) throw new DomainError('image_type_unsupported');
}
