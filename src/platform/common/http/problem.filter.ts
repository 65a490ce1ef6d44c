import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { asOverloaded, DomainError, inSeconds, toProblem } from '../errors';
import { allowedMethods } from './allowed-methods';
import { Log } from '../telemetry/logger';

/**
 * Answers every error of an HTTP request with problem details (RFC 9457). Registered once, as a global filter.
 * An internal error is logged, and the client learns nothing of its cause.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Log('http');

  catch(exception: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = toDomainError(exception, request);
    // Without the query, which may carry a token.
    const instance = request.path;
    const fields = { err: exception, method: request.method, path: instance };
    if (!error) this.log.error(fields, 'request failed');
    else if (error.code === 'overloaded') this.log.warn(fields, 'the database could not be had');
    if (response.headersSent) {
      response.end();
      return;
    }
    const problem = toProblem(error, instance);
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    if (problem.args?.allow !== undefined) response.setHeader('Allow', String(problem.args.allow));
    const retryAfter = problem.args?.retryAfterMs;
    if (retryAfter !== undefined) response.setHeader('Retry-After', String(inSeconds(retryAfter)));
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}

/** The catalogue's error for what Nest, Express or its body parsers threw; null: an internal error. */
function toDomainError(exception: unknown, request: Request): DomainError | null {
  if (exception instanceof DomainError) return exception;
  const status = clientErrorStatus(exception);
  if (status === null) return asOverloaded(exception);
  if (status === 404) return nothingThere(request);
  if (status === 401) return new DomainError('token_invalid');
  if (status === 403) return new DomainError('not_allowed', { action: 'do this' });
  if (status === 413)
    return new DomainError('body_too_large', { limit: (exception as { limit?: number }).limit ?? 0 });
  if (status === 415) return new DomainError('media_type_unsupported');
  return new DomainError('invalid_input', { reason: (exception as Error).message });
}

/** Nobody serves it; another method may be served there. */
function nothingThere(request: Request): DomainError {
  const methods = allowedMethods(request);
  if (methods.length === 0 || methods.includes(request.method)) return new DomainError('route_not_found');
  return new DomainError('method_not_allowed', { allow: methods.join(', ') });
}

/** 400..499 of an error that blames the request: Nest's HttpException, or http-errors' shape. */
function clientErrorStatus(exception: unknown): number | null {
  const status =
    exception instanceof HttpException ? exception.getStatus() : (exception as { status?: unknown })?.status;
  return exception instanceof Error && typeof status === 'number' && status >= 400 && status < 500
    ? status
    : null;
}
