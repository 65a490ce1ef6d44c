import { SerialQueue as Queue } from '../../shared/serial-queue';
import { DomainError } from './errors';

/** Refuses further work as `rate_limited`. */
export class SerialQueue extends Queue {
  /** @param limit jobs of one key that may wait or run */
  constructor(limit: number, refusal = () => new DomainError('rate_limited', { retryAfterSeconds: 1 })) {
    super(limit, refusal);
  }
}
