import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { DomainError } from '../platform/common';
import type { UserRole } from '../contracts';

/** Who makes a request. There is no users table: ids belong to the app's own backend, names travel with tokens. */
export interface Caller {
  userId: string;
  name: string;
  role: UserRole;
  /** The channels and conferences that a limited token is good for; undefined: all. */
  channels?: string[];
  conferences?: string[];
  /** The API key that minted the token. */
  apiKeyId?: string;
  /** Of a visitor: somebody who came by a channel's share link, without an account. Their name is '' until they give one. */
  visit?: Visit;
}

/** What a visitor's token was given out for. */
export interface Visit {
  channelId: string;
  /** Of the channel's visits; those of an earlier one are over. */
  generation: number;
}

/** An HTTP request that passed the guard. */
export interface CallerRequest {
  caller?: Caller;
  /** Of a request with an API key instead; `configured`: the key of the configuration. */
  apiKeyId?: string;
  /** Of a media node's own call instead. */
  nodeId?: string;
}

export const PUBLIC_ROUTE = 'lianmai:public-route';

/** Opens a route or a whole controller to requests without a user token. */
export const Public = () => SetMetadata(PUBLIC_ROUTE, true);

/** Parameter decorator: the Caller of this request. Not for public routes, which have none. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<CallerRequest>();
  if (!caller) throw new DomainError('token_missing');
  return caller;
});

/**
 * Checks what a token is good for; the first line of everything done with a channel or a conference. A token without
 * limits is good for all. What the user may do there is checked apart.
 * @throws DomainError not_granted
 */
export function requireGrant(
  { channels, conferences }: Caller,
  { channelId, conferenceId }: { channelId?: string; conferenceId?: string },
): void {
  if (channels && channelId !== undefined && !channels.includes(channelId)) {
    throw new DomainError('not_granted', { subject: 'this channel' });
  }
  if (conferences && conferenceId !== undefined && !conferences.includes(conferenceId)) {
    throw new DomainError('not_granted', { subject: 'this conference' });
  }
}

/** A token that is limited to some channels (conferences) can't make new ones. @throws DomainError not_granted */
export function requireUnlimited(caller: Caller, what: 'channels' | 'conferences'): void {
  if (caller[what]) throw new DomainError('not_granted', { subject: `other ${what}` });
}

/**
 * @param action what is refused; completes "You may not …"
 * @throws DomainError not_allowed
 */
export function requireAdmin(caller: Caller, action: string): void {
  if (caller.role !== 'admin') throw new DomainError('not_allowed', { action });
}

/** Is it the caller's own, or may they see to it as an admin? */
export function isOwnerOrAdmin(caller: Pick<Caller, 'userId' | 'role'>, ownerId: string): boolean {
  return caller.userId === ownerId || caller.role === 'admin';
}

/**
 * @param action as for requireAdmin
 * @param admin whether admins may do it too
 * @throws DomainError not_allowed
 */
export function requireOwner(
  caller: Caller,
  ownerId: string,
  action: string,
  { admin = false }: { admin?: boolean } = {},
): void {
  const allowed = admin ? isOwnerOrAdmin(caller, ownerId) : caller.userId === ownerId;
  if (!allowed) throw new DomainError('not_allowed', { action });
}
