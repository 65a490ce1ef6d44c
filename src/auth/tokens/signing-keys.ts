import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';

/** An Ed25519 private key in PKCS #8 is this and its 32 bytes (RFC 8410 §7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** All keys that come of one AUTH_SECRET. */
export class SigningKeys {
  /** Of users' tokens. */
  readonly api: Buffer;
  /** Of media's tokens: signs. */
  readonly media: KeyObject;
  /** Verifies them: base64url of 32 bytes. */
  readonly mediaPublic: string;

  constructor(private readonly secret: string) {
    this.api = this.derive('api');
    const key = Buffer.concat([PKCS8, this.derive('media-ed25519')]);
    this.media = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    this.mediaPublic = createPublicKey(this.media).export({ format: 'jwk' }).x!;
  }

  /** The secret of one media node: nobody can tell another's from it. */
  nodeSecret(nodeId: string): Buffer {
    return this.derive(`node:${nodeId}`);
  }

  /** HKDF-SHA256 (RFC 5869) of the secret for one purpose. */
  private derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, 'lianmai', purpose, 32));
  }
}
