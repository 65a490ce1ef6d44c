import { json, type Request, type Response } from 'express';
import { assertShallowText } from '../../../shared/bounded-json';

type Parser = ReturnType<typeof json>;

const parsers = new Map<number, Parser>();

/**
 * Reads the JSON body of a request into `request.body`. Nothing of it was looked at before.
 * @param limit bytes
 * @throws Error with `status` 400, 413 or 415, see ProblemFilter
 */
export function readBody(request: Request, response: Response, limit: number): Promise<void> {
  const parse = parsers.get(limit) ?? json({ limit, verify });
  parsers.set(limit, parse);
  return new Promise((resolve, reject) => {
    parse(request, response, (error?: Error) => (error ? reject(error) : resolve()));
  });
}

/** Before the body is parsed. What it throws is answered with its status. */
function verify(_request: unknown, _response: unknown, body: Buffer, encoding: string): void {
  if (encoding !== 'utf-8') throw Object.assign(new Error('JSON is UTF-8 (RFC 8259 §8.1)'), { status: 415 });
  try {
    // Brackets and quotes are single bytes in UTF-8, so each byte may stand for a character.
    assertShallowText(body.toString('latin1'));
  } catch (error) {
    throw Object.assign(error as Error, { status: 400 });
  }
}
