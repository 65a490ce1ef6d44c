import { SetMetadata } from '@nestjs/common';

export const READING_ROUTE = 'lianmai:reading-route';

/**
 * A POST that changes nothing: it asks by a body what a GET couldn't hold. An `Idempotency-Key` has nothing to keep for
 * it, and an admin who asks leaves no row in the audit log.
 */
export const OnlyReads = () => SetMetadata(READING_ROUTE, true);
