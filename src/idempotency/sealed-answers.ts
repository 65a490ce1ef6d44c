import { Inject, Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { CONFIG, type RuntimeConfig } from '../config';

/** What is repeated to a client that asks again with the same key. */
export interface Answer {
  status: number;
  /** undefined: without a body */
  body?: unknown;
  /** `Location`, where the answer had one. */
  location?: string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Answers as they are stored: AES-256-GCM under a key of AUTH_SECRET, so that a copy of the database opens nothing.
 * Layout: IV, tag, ciphertext.
 */
@Injectable()
export class SealedAnswers {
  private readonly key: Buffer;

  constructor(@Inject(CONFIG) config: RuntimeConfig) {
    this.key = Buffer.from(hkdfSync('sha256', config.AUTH_SECRET, 'lianmai', 'idempotency', 32));
  }

  seal(answer: Answer): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error where it was sealed under another secret, or changed */
  open(sealed: Buffer): Answer {
    const decipher = createDecipheriv('aes-256-gcm', this.key, sealed.subarray(0, IV_BYTES));
    decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
    return JSON.parse(text.toString()) as Answer;
  }
}
