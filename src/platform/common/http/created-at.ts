import {
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { map, type Observable } from 'rxjs';

/** Where the thing that a 201 has made is from now on (RFC 9110 §15.3.2), by the answer and the request. */
type Address<T> = (made: T, request: Request) => string;

class LocationInterceptor<T> implements NestInterceptor<T, T> {
  constructor(private readonly addressOf: Address<T>) {}

  intercept(context: ExecutionContext, next: CallHandler<T>): Observable<T> {
    const http = context.switchToHttp();
    return next.handle().pipe(
      map((made) => {
        http.getResponse<Response>().location(this.addressOf(made, http.getRequest<Request>()));
        return made;
      }),
    );
  }
}

/** Of every route that answers 201: says where the new thing is. One that makes nothing with an address answers 200. */
export function CreatedAt<T>(addressOf: Address<T>): MethodDecorator {
  return UseInterceptors(new LocationInterceptor(addressOf));
}
