import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** As configured. */
export type Secrets = { AUTH_SECRET: string; AUTH_SECRET_PREVIOUS?: string | undefined };

/**
 * Encrypts secrets that we have to read back (AES-256-GCM, under a key derived from AUTH_SECRET): a copy of the database
 * reveals none. Layout: IV, tag, ciphertext.
 */
export class SealedBox {
  private readonly key: Buffer;
  private readonly previousKey: Buffer | undefined;

  /**
   * @param secrets it seals under the first, and opens what was sealed under either
   * @param purpose boxes of different purposes can't open what the other has sealed
   */
  constructor({ AUTH_SECRET, AUTH_SECRET_PREVIOUS: previous }: Secrets, purpose: string) {
    const derive = (secret: string) => Buffer.from(hkdfSync('sha256', secret, 'lianmai', purpose, 32));
    this.key = derive(AUTH_SECRET);
    this.previousKey = previous === undefined ? undefined : derive(previous);
  }

  seal(text: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv);
    const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error where it was sealed under another secret, or changed */
  open(sealed: Buffer): string {
    try {
      return openWith(this.key, sealed);
    } catch (error) {
      if (!this.previousKey) throw error;
      return openWith(this.previousKey, sealed);
    }
  }

  /** The same under the first secret; null where it is so already. @throws as `open` */
  sealAnew(sealed: Buffer): Buffer | null {
    try {
      openWith(this.key, sealed);
      return null;
    } catch {
      return this.seal(this.open(sealed));
    }
  }
}

function openWith(key: Buffer, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return text.toString();
}
