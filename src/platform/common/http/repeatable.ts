import { SetMetadata } from '@nestjs/common';

export const REPEATABLE_ROUTE = 'lianmai:repeatable-route';

/**
 * A POST that may be served twice and does nothing more the second time. With an `Idempotency-Key` it is served without a
 * transaction around it, because it waits for what others do.
 */
export const Repeatable = () => SetMetadata(REPEATABLE_ROUTE, true);
