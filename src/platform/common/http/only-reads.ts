import { SetMetadata } from '@nestjs/common';

/** Nothing is done that could be repeated by mistake, or that somebody might look for in the audit log. */
export const READING_ROUTE = 'lianmai:reading-route';

/**
 * A POST that changes nothing: it asks by a body what a GET couldn't hold. An `Idempotency-Key` has nothing to keep for
 * it, and an admin who asks leaves no row in the audit log.
 */
export const OnlyReads = () => SetMetadata(READING_ROUTE, true);

/**
 * A POST that only tells what somebody saw, for figures: as with `OnlyReads`, an `Idempotency-Key` keeps nothing, and an
 * admin leaves no row in the audit log.
 */
export const OnlyTells = OnlyReads;
