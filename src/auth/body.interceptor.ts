import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Observable } from 'rxjs';
import { readBody } from '../platform/common';
import type { CallerRequest } from './caller';

/** A report of a media node with many channels is the largest body, bytes. */
const MAX_BYTES = 1 << 20;
/** Of somebody of whom nothing is known, bytes. */
const MAX_STRANGERS_BYTES = 16 << 10;

/** Bodies are read when all guards have let the request in: who is refused costs no parsing. */
@Injectable()
export class BodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() === 'http') {
      const http = context.switchToHttp();
      const request = http.getRequest<Request & CallerRequest>();
      const isKnown = (request.caller ?? request.apiKeyId ?? request.nodeId) !== undefined;
      await readBody(request, http.getResponse<Response>(), isKnown ? MAX_BYTES : MAX_STRANGERS_BYTES);
    }
    return next.handle();
  }
}
