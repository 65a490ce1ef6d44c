import { SetMetadata } from '@nestjs/common';
import { DomainError } from '../platform/common';
import type { Caller, Visit } from './caller';

export const VISITOR_ROUTE = 'lianmai:visitor-route';

/** Which visitors something is open to: all, or those who have given a name. */
export type OpenTo = 'visitors' | 'named';

/**
 * Opens a route to visitors, who are refused everywhere else. As with all callers, services check what they may do there.
 */
export const ForVisitors = (who: OpenTo = 'visitors') => SetMetadata(VISITOR_ROUTE, who);

/** Knows which visits are still good: the room of the channels. */
export interface VisitAuthorizer {
  isCurrent(visit: Visit): Promise<boolean>;
}

/**
 * @param openTo undefined: to no visitor
 * @throws DomainError not_allowed, name_required
 */
export function requireOpenTo({ visit, name }: Caller, openTo: OpenTo | undefined): void {
  if (!visit) return;
  if (openTo === undefined) throw new DomainError('not_allowed', { action: 'do this without an account' });
  if (openTo === 'named' && name === '') throw new DomainError('name_required');
}
