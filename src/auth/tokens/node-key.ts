import { createHmac, timingSafeEqual } from 'node:crypto';
import { readToken, writeToken } from './compact-token';

/** How far the clocks of control and a node may be apart, and a call under way, seconds. */
const CALL_TTL_SECONDS = 30;

/**
 * All that a media node holds (NODE_KEY): the secret by which control knows it from others, and the public keys by
 * which it knows what control has signed. As text: `secret.public[.public]`, base64url of 32 bytes each.
 */
export interface NodeKey {
  secret: Buffer;
  publicKeys: string[];
}

export function formatNodeKey({ secret, publicKeys }: NodeKey): string {
  return [secret.toString('base64url'), ...publicKeys].join('.');
}

/** @param text of that form, see config's NODE_KEY */
export function parseNodeKey(text: string): NodeKey {
  const [secret = '', ...publicKeys] = text.split('.');
  return { secret: Buffer.from(secret, 'base64url'), publicKeys };
}

/** A node's call to control. */
export interface NodeCall {
  /** Rises with each call of a node's process, ms since 1970 by the node's clock. */
  issuedAtMs: number;
}

/** A node, to control: each of its calls has a token of its own, which control takes once (HMAC-SHA256). */
export class NodeCredential {
  private lastMs = 0;

  constructor(private readonly secret: Buffer) {}

  token(): string {
    this.lastMs = Math.max(Date.now(), this.lastMs + 1);
    const call: NodeCall = { issuedAtMs: this.lastMs };
    return writeToken('node', call, CALL_TTL_SECONDS, (signed) => macOf(this.secret, signed));
  }
}

/** Resolves to null for anything but a call of this moment, under one of the secrets that a node may have. */
export async function readNodeCall(secrets: Buffer[], token: string): Promise<NodeCall | null> {
  const call = await readToken<NodeCall>('node', token, (signed, signature) =>
    secrets.some((secret) => isSame(macOf(secret, signed), signature)),
  );
  // One from the future would outlast its time, and be newer than all that follow.
  return call && call.issuedAtMs <= Date.now() + CALL_TTL_SECONDS * 1000 ? call : null;
}

function macOf(secret: Buffer, signed: Buffer): Buffer {
  return createHmac('sha256', secret).update(signed).digest();
}

function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
