import type { UserRole } from '../../contracts';
import type { Visit } from '../caller';
import type { EgressGrant, JoinGrant, PlayGrant, PublishGrant } from '../../media/contract';

/** A user of the REST and WebSocket API. */
export interface UserClaims {
  sub: string;
  name: string;
  role: UserRole;
  channels?: string[];
  conferences?: string[];
  /** The API key that minted it. */
  key?: string;
  visit?: Visit;
}

/** Makes a visitor the same person in the next visit, to whichever channel. */
export interface VisitorClaims {
  sub: string;
  /** '': they haven't given one. */
  name: string;
}

/** What each kind of token for a media node carries. */
export interface MediaClaims {
  /** May publish RTMP to one channel. */
  push: PublishGrant;
  /** May watch one channel. */
  play: PlayGrant;
  /** May join one conference as one member. */
  mas: JoinGrant;
  /** A mixer: may receive one conference. */
  egress: EgressGrant;
  /** Control, calling one media node. `call` is the method and the path, e.g. `GET /control/snapshot`. */
  control: { nodeId: string; call: string };
}
export type MediaKind = keyof MediaClaims;

export interface TokenClaims extends MediaClaims {
  api: UserClaims;
  visitor: VisitorClaims;
}
export type TokenKind = keyof TokenClaims;
/** Kinds that control alone reads. */
export type OwnKind = Exclude<TokenKind, MediaKind>;

/** Kinds that are good once: their tokens have a name. */
export type OnceKind = 'mas' | 'control';

/** Claims with what every token has, as in RFC 7519 §4.1. `exp`: when it ends, seconds since 1970. */
export type Verified<K extends TokenKind> = TokenClaims[K] & { exp: number } & (K extends OnceKind
    ? { jti: string }
    : unknown);
