import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { DomainError, Log, toProblem } from '../../platform/common';
import type { Ack } from '../../contracts';

/** Answers a failed event with `{ ok: false, error }` in its acknowledgement. */
@Catch()
export class ImFilter implements ExceptionFilter {
  private readonly log = new Log('im');

  catch(exception: unknown, host: ArgumentsHost): void {
    // Nest hands over (socket, payload, acknowledgement, event).
    const [, , ack, event] = host.getArgs<[unknown, unknown, unknown, string]>();
    if (!(exception instanceof DomainError)) this.log.error({ err: exception, event }, 'event failed');
    const answer: Ack<never> = { ok: false, error: toProblem(exception) };
    if (typeof ack === 'function') (ack as (answer: Ack<never>) => void)(answer);
  }
}
