import { jwtVerify, SignJWT } from 'jose';
import { hkdfSync, randomUUID } from 'node:crypto';
import type { UserRole } from '../../contracts';
import type { EgressGrant, JoinGrant, PlayGrant, PublishGrant } from '../../media/contract';

/** What each kind of token carries; the kind is the JWT's `aud`, so that none can stand in for another. */
export interface TokenClaims {
  /** A user of the REST and WebSocket API. */
  api: {
    sub: string;
    name: string;
    role: UserRole;
    channels?: string[];
    conferences?: string[];
    key?: string;
  };
  /** May publish RTMP to one channel. */
  push: PublishGrant;
  /** May watch one channel. */
  play: PlayGrant;
  /** May join one conference as one member. */
  mas: JoinGrant;
  /** A mixer: may receive one conference. */
  egress: EgressGrant;
  /** Control calling a media node. */
  control: { caller: string };
  /** A media node reporting to control. */
  node: { nodeId: string };
}
export type TokenKind = keyof TokenClaims;

/** Claims that every token has (RFC 7519 §4.1). */
interface Registered {
  /** Its own name. */
  jti: string;
  /** When it ends, seconds since 1970. */
  exp: number;
}

/**
 * Signs and verifies tokens (JWT, RFC 7519; HS256). Users' tokens and media's are signed under two derived keys, so
 * that a leaked media key can't mint users.
 */
export class Signer {
  private readonly apiKey: Uint8Array;
  private readonly mediaKey: Uint8Array;

  /** @param secret at least 32 bytes; see config's AUTH_SECRET */
  constructor(secret: string) {
    this.apiKey = derive(secret, 'api');
    this.mediaKey = derive(secret, 'media');
  }

  /** @param ttlSeconds life of the token from now */
  sign<K extends TokenKind>(kind: K, claims: TokenClaims[K], ttlSeconds: number): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(kind)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + ttlSeconds)
      .sign(this.keyOf(kind));
  }

  /** Resolves to null for anything but a valid, unexpired token of this kind; never throws. */
  async verify<K extends TokenKind>(kind: K, token: string): Promise<(TokenClaims[K] & Registered) | null> {
    try {
      const { payload } = await jwtVerify(token, this.keyOf(kind), { audience: kind, algorithms: ['HS256'] });
      return payload as unknown as TokenClaims[K] & Registered;
    } catch {
      return null;
    }
  }

  private keyOf(kind: TokenKind): Uint8Array {
    return kind === 'api' ? this.apiKey : this.mediaKey;
  }
}

/** HKDF-SHA256 (RFC 5869) of the secret for one purpose. */
function derive(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, 'lianmai', purpose, 32));
}
