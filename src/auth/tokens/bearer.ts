import { DomainError } from '../../platform/common';

/**
 * The token of an `Authorization` header (RFC 6750 §2.1).
 * @throws DomainError token_missing
 */
export function bearerOf(authorization = ''): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (!token) throw new DomainError('token_missing');
  return token;
}
