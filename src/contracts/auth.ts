export type UserRole = 'user' | 'admin';

/** POST /v1/tokens (header `X-Api-Key`) · POST /v1/login {code} answers the same. */
export interface TokenRequest {
  userId: string;
  name: string;
  role?: UserRole;
  /** How long the token is good: 60 000 .. 86 400 000, default 3 600 000. */
  ttlMs?: number;
  /** Ids of the channels that the token is good for; default: all. Not with role `admin`. */
  channels?: string[];
  /** Ids of the conferences that the token is good for; default: all. Not with role `admin`. */
  conferences?: string[];
}
export interface TokenView {
  token: string;
  expiresAt: string;
  user: UserView;
}
export interface UserView {
  id: string;
  name: string;
  role: UserRole;
}
/** POST /v1/login-links (admin) {userId, name, role} -> one-time link that opens a page as that user. */
export interface LoginLinkView {
  url: string;
  expiresAt: string;
}

/** /v1/api-keys (admin). An app's backend mints tokens with one; the `API_KEY` of the configuration is not listed. */
export interface ApiKeyView {
  id: string;
  name: string;
  /** What the key begins with, to tell it from others. */
  prefix: string;
  createdAt: string;
  /** To the minute; null: never. */
  lastUsedAt: string | null;
  revokedAt: string | null;
}
/** The only answer that carries the key: only a hash of it is kept. */
export interface ApiKeyCreatedView extends ApiKeyView {
  key: string;
}
export interface ApiKeyCreate {
  name: string;
}
