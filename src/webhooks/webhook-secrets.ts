import { Inject, Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { CONFIG, type RuntimeConfig } from '../config';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Endpoints' secrets as they are stored: AES-256-GCM under a key of AUTH_SECRET. Layout: IV, tag, ciphertext. */
@Injectable()
export class WebhookSecrets {
  private readonly key: Buffer;

  constructor(@Inject(CONFIG) config: RuntimeConfig) {
    this.key = Buffer.from(hkdfSync('sha256', config.AUTH_SECRET, 'lianmai', 'webhook-secrets', 32));
  }

  /** A new secret, as its owner sees it, once. */
  make(): string {
    return `whsec_${randomBytes(32).toString('base64url')}`;
  }

  seal(secret: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv);
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error where it was sealed under another AUTH_SECRET */
  open(sealed: Buffer): string {
    const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, IV_BYTES));
    decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([
      decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)),
      decipher.final(),
    ]).toString();
  }
}
