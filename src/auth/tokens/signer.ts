import { jwtVerify, SignJWT } from 'jose';
import { randomBytes, randomUUID, sign } from 'node:crypto';
import type { OwnKind, TokenClaims, TokenKind, Verified } from './claims';
import { writeToken } from './compact-token';
import { MediaVerifier } from './media-verifier';
import { formatNodeKey, type NodeCall, readNodeCall } from './node-key';
import { SigningKeys } from './signing-keys';

const GOOD_ONCE: ReadonlySet<TokenKind> = new Set(['mas', 'control']);
const OWN: ReadonlySet<TokenKind> = new Set(['api', 'visitor']);
const NAME_BYTES = 12;

/**
 * Control's keys. Users' and visitors' tokens are JWTs (RFC 7519; HS256), which control alone signs and verifies. Media's tokens are
 * signed with Ed25519, so that who verifies them can't make any (MediaVerifier). Signs with the newest secret, and
 * takes what was signed with the previous one.
 */
export class Signer {
  private readonly newest: SigningKeys;
  private readonly all: SigningKeys[];
  private readonly media: MediaVerifier;

  /** @param secret at least 32 bytes; see config's AUTH_SECRET and AUTH_SECRET_PREVIOUS */
  constructor(secret: string, previous?: string) {
    this.newest = new SigningKeys(secret);
    this.all = [this.newest, ...(previous === undefined ? [] : [new SigningKeys(previous)])];
    this.media = new MediaVerifier(this.publicKeys);
  }

  /** @param ttlSeconds life of the token from now */
  async sign<K extends TokenKind>(kind: K, claims: TokenClaims[K], ttlSeconds: number): Promise<string> {
    if (isOwn(kind)) return this.signOwn(kind, claims, ttlSeconds);
    const named = GOOD_ONCE.has(kind)
      ? { ...claims, jti: randomBytes(NAME_BYTES).toString('base64url') }
      : claims;
    return writeToken(kind, named, ttlSeconds, (signed) => sign(null, signed, this.newest.media));
  }

  /** Resolves to null for anything but a valid, unexpired token of this kind; never throws. */
  verify<K extends TokenKind>(kind: K, token: string): Promise<Verified<K> | null> {
    const verified = isOwn(kind) ? this.verifyOwn(kind, token) : this.media.verify(kind, token);
    return verified as Promise<Verified<K> | null>;
  }

  /** What the media node of this name is configured with: NODE_KEY. */
  nodeKey(nodeId: string): string {
    return formatNodeKey({ secret: this.newest.nodeSecret(nodeId), publicKeys: this.publicKeys });
  }

  /** A call that the node of this name makes; null for anybody else's. */
  verifyNode(nodeId: string, token: string): Promise<NodeCall | null> {
    return readNodeCall(
      this.all.map((keys) => keys.nodeSecret(nodeId)),
      token,
    );
  }

  private get publicKeys(): string[] {
    return this.all.map((keys) => keys.mediaPublic);
  }

  private signOwn(kind: OwnKind, claims: object, ttlSeconds: number): Promise<string> {
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(kind)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + ttlSeconds)
      .sign(this.newest.api);
  }

  private async verifyOwn<K extends OwnKind>(kind: K, token: string): Promise<Verified<K> | null> {
    for (const { api } of this.all) {
      try {
        const { payload } = await jwtVerify(token, api, { audience: kind, algorithms: ['HS256'] });
        return payload as unknown as Verified<K>;
      } catch {
        // Perhaps it is the previous secret's.
      }
    }
    return null;
  }
}

function isOwn(kind: TokenKind): kind is OwnKind {
  return OWN.has(kind);
}
