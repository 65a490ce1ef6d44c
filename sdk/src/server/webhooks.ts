import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookDelivery, WebhookEventType } from '../contracts';

/** A delivery whose `type` says what its `data` is. */
export type WebhookEvent = { [T in WebhookEventType]: WebhookDelivery<T> }[WebhookEventType];

/** `signature_missing`, `signature_invalid`: not from the server. `expired`: an old delivery, sent again by somebody. */
export type WebhookProblem = 'signature_missing' | 'signature_invalid' | 'expired' | 'body_invalid';

export class WebhookError extends Error {
  constructor(readonly code: WebhookProblem) {
    super(code);
    this.name = 'WebhookError';
  }
}

export interface WebhookToVerify {
  /** The body as it came, before anything parsed it. */
  body: string | Uint8Array;
  /** Header `Lianmai-Signature`. */
  signature: string | null | undefined;
  /** As shown when the webhook was made, `whsec_` included. During a change of secrets both. */
  secret: string | readonly string[];
}

/** How far the server's clock and ours may be apart, and a delivery on its way, seconds. */
const TOLERANCE_S = 300;
const HEADER = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;

/**
 * Checks that a delivery is from the server, and reads it. An event may come more than once: know it by its `id`.
 * @throws WebhookError
 */
export function verifyWebhook(
  { body, signature, secret }: WebhookToVerify,
  nowMs: number = Date.now(),
): WebhookEvent {
  if (!signature) throw new WebhookError('signature_missing');
  const [, timestamp = '', hex = ''] = HEADER.exec(signature) ?? [];
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
  const isSigned = [secret].flat().some((one) => isSignedWith(one, timestamp, bytes, hex));
  if (!isSigned) throw new WebhookError('signature_invalid');
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_S) throw new WebhookError('expired');
  try {
    return JSON.parse(bytes.toString('utf8')) as WebhookEvent;
  } catch {
    throw new WebhookError('body_invalid');
  }
}

function isSignedWith(secret: string, timestamp: string, body: Buffer, hex: string): boolean {
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
  const given = Buffer.from(hex, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
