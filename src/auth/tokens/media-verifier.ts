import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { MediaKind, Verified } from './claims';
import { readToken } from './compact-token';

/** Verifies what control has signed for media nodes (Ed25519, RFC 8032), and can sign nothing. */
export class MediaVerifier {
  private readonly keys: KeyObject[];

  /** @param publicKeys base64url of 32 bytes each; a token of any of them is good */
  constructor(publicKeys: string[]) {
    this.keys = publicKeys.map((x) =>
      createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
    );
  }

  /** Resolves to null for anything but a valid, unexpired token of this kind; never throws. */
  verify<K extends MediaKind>(kind: K, token: string): Promise<Verified<K> | null> {
    return readToken<Verified<K>>(kind, token, async (signed, signature) => {
      for (const key of this.keys) if (await isSignedBy(key, signed, signature)) return true;
      return false;
    });
  }
}

/** In a thread of the pool: strangers may ask often. */
function isSignedBy(key: KeyObject, signed: Buffer, signature: Buffer): Promise<boolean> {
  return new Promise((resolve) =>
    verify(null, signed, key, signature, (error, isValid) => resolve(!error && isValid)),
  );
}
