import { createHmac } from 'node:crypto';

/**
 * Value of `Lianmai-Signature` (contracts/webhooks.ts).
 * @param timestamp seconds since 1970
 */
export function signatureOf(secret: string, timestamp: number, body: string): string {
  const hmac = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return `t=${timestamp},v1=${hmac}`;
}
