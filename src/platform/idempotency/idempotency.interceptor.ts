import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { createHash, randomUUID } from 'node:crypto';
import { Reflector } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import { from, lastValueFrom, type Observable, of } from 'rxjs';
import { DataSource } from 'typeorm';
import type { Caller, CallerRequest } from '../../auth';
import { DomainError, EventBus, READING_ROUTE, REPEATABLE_ROUTE } from '../common';
import { IdempotencyRepository, type KeyName } from './idempotency.repository';
import { type Answer, SealedAnswers } from './sealed-answers';

type Asked = Request & CallerRequest;

/** Visible characters, so that a key can be looked for in logs. */
const KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * POST with `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07): the first request is served. The same
 * request with the same key gets the same answer for a day, and nothing is done again. Only success is kept: after an
 * error the key may be tried again. Every caller has keys of their own, and other ones with another role or other grants:
 * an answer is repeated to those only who were allowed to ask for it.
 *
 * What is done and its answer are one commit, so a process that dies leaves both or neither (decision 31). After that the
 * key is free once its claim has run out.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly keys: IdempotencyRepository,
    private readonly answers: SealedAnswers,
    private readonly reflector: Reflector,
    private readonly bus: EventBus,
    @InjectDataSource() private readonly db: DataSource,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<Asked>();
    const name = nameOf(request);
    if (!name || this.isMarked(context, READING_ROUTE)) return next.handle();
    const response = context.switchToHttp().getResponse<Response>();
    const claim = randomUUID();
    const requestHash = hashOf(request);
    if (!(await this.keys.claim(name, requestHash, claim))) {
      return of(repeat(response, await this.answered(name, requestHash)));
    }
    const serve = async () => {
      const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      const isKept = await this.keys.answer(claim, this.answers.seal(answerOf(response, body)));
      if (!isKept) throw new DomainError('overloaded', { retryAfterMs: 1000 });
      return body;
    };
    return from(
      this.claimed(claim, this.isMarked(context, REPEATABLE_ROUTE) ? serve : () => this.inOneCommit(serve)),
    );
  }

  /** After an error the key may be used again. Where the answer was stored all the same, the claim isn't there any more. */
  private async claimed(claim: string, serve: () => Promise<unknown>): Promise<unknown> {
    try {
      return await serve();
    } catch (error) {
      await this.keys.release(claim);
      throw error;
    }
  }

  private inOneCommit<T>(serve: () => Promise<T>): Promise<T> {
    return this.bus.transaction(this.db, serve);
  }

  private isMarked(context: ExecutionContext, mark: string): boolean {
    return this.reflector.get<boolean | undefined>(mark, context.getHandler()) ?? false;
  }

  /** @throws DomainError idempotency_in_progress, idempotency_key_reused, idempotency_answer_lost */
  private async answered(name: KeyName, requestHash: string): Promise<Answer> {
    const row = await this.keys.find(name);
    if (row && row.requestHash !== requestHash) throw new DomainError('idempotency_key_reused');
    // No row: the first one failed just now. Either way the client tries again.
    if (!row?.answer) throw new DomainError('idempotency_in_progress', { retryAfterMs: 1000 });
    const answer = this.answers.open(row.answer);
    if (!answer) throw new DomainError('idempotency_answer_lost');
    return answer;
  }
}

/** null: the request is served every time. */
function nameOf(request: Asked): KeyName | null {
  const key = request.get('idempotency-key');
  const { caller, apiKeyId } = request;
  if (request.method !== 'POST' || key === undefined || !(caller ?? apiKeyId)) return null;
  if (!KEY.test(key)) {
    throw new DomainError('invalid_input', { reason: 'Idempotency-Key: 1 to 255 visible ASCII characters' });
  }
  return { caller: caller ? `user:${caller.userId}:${rightsOf(caller)}` : `api-key:${apiKeyId}`, key };
}

/** Names what the caller's token is good for. */
function rightsOf({ role, channels, conferences }: Caller): string {
  const grants = [channels, conferences].map((ids) => ids && [...ids].sort());
  return createHash('sha256')
    .update(JSON.stringify([role, ...grants]))
    .digest('base64url')
    .slice(0, 16);
}

function hashOf({ method, originalUrl, body }: Request): string {
  return createHash('sha256')
    .update(`${method} ${originalUrl}\n`)
    .update(Buffer.isBuffer(body) ? body : (JSON.stringify(body) ?? ''))
    .digest('hex');
}

function answerOf(response: Response, body: unknown): Answer {
  return { status: response.statusCode, body, location: response.get('location') };
}

function repeat(response: Response, { status, body, location }: Answer): unknown {
  response.status(status).setHeader('Idempotency-Replayed', 'true');
  if (location !== undefined) response.setHeader('Location', location);
  return body;
}
