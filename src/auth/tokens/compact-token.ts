import { parseJson } from '../../shared/bounded-json';

/** Longer than any of ours, characters: what is longer isn't looked at. */
const MAX_LENGTH = 2048;

/** Names as they stand in a token: encoders' keys have little room. */
const SHORT: Record<string, string> = {
  channelId: 'c',
  role: 'r',
  epoch: 'e',
  generation: 'g',
  playGeneration: 'p',
  exp: 'x',
};
const LONG = Object.fromEntries(Object.entries(SHORT).map(([long, short]) => [short, long]));

/**
 * A token of the media floor: `payload.signature`, both base64url. What it is for is signed with it and is not in it:
 * no token stands in for one of another kind, and an encoder's stream key stays below 256 characters.
 * @param ttlSeconds life of the token from now
 */
export function writeToken(
  kind: string,
  claims: object,
  ttlSeconds: number,
  sign: (signed: Buffer) => Buffer,
): string {
  const exp = Math.floor(Date.now() / 1000) + ttlSeconds;
  const payload = Buffer.from(JSON.stringify(renamed({ ...claims, exp }, SHORT))).toString('base64url');
  return `${payload}.${sign(signedBytes(kind, payload)).toString('base64url')}`;
}

/** Resolves to null for anything but a signed, unexpired token of this kind; never throws. */
export async function readToken<T>(
  kind: string,
  token: string,
  isSigned: (signed: Buffer, signature: Buffer) => boolean | Promise<boolean>,
): Promise<(T & { exp: number }) | null> {
  const [payload = '', signature = '', ...more] = token.length > MAX_LENGTH ? [] : token.split('.');
  if (more.length > 0) return null;
  if (!(await isSigned(signedBytes(kind, payload), Buffer.from(signature, 'base64url')))) return null;
  const written = parseJson(Buffer.from(payload, 'base64url').toString()) as object;
  const claims = renamed(written, LONG) as T & { exp: number };
  return claims.exp > Date.now() / 1000 ? claims : null;
}

function signedBytes(kind: string, payload: string): Buffer {
  return Buffer.from(`lianmai.${kind}.${payload}`);
}

function renamed(claims: object, names: Record<string, string>): object {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [names[name] ?? name, value]));
}
