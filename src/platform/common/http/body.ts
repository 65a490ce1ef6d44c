import { UnsupportedMediaTypeException } from '@nestjs/common';
import { json, raw, type Request, type Response } from 'express';
import { assertShallowText } from '../../../shared/bounded-json';

type Parser = ReturnType<typeof json>;

const parsers = new Map<number, Parser>();

/**
 * Reads the JSON body of a request into `request.body`. Nothing of it was looked at before.
 * @param limit bytes
 * @throws Error with `status` 400, 413 or 415, see ProblemFilter
 */
export async function readBody(request: Request, response: Response, limit: number): Promise<void> {
  if (!takesBody(request)) return;
  requireJson(request);
  const parse = parsers.get(limit) ?? json({ limit, verify });
  parsers.set(limit, parse);
  await run(parse, request, response);
}

/**
 * Reads a body that isn't JSON into `request.body`, a Buffer. Nothing packed is taken: its size would not be known.
 * @param limit bytes
 * @throws Error with `status` 413 or 415, see ProblemFilter
 */
export async function readBytes(request: Request, response: Response, limit: number): Promise<void> {
  await run(raw({ limit, type: () => true, inflate: false }), request, response);
  // Without a body nothing is read.
  if (!Buffer.isBuffer(request.body)) request.body = Buffer.alloc(0);
}

function run(parse: Parser, request: Request, response: Response): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: Error) => (error ? reject(error) : resolve()));
  });
}

/** A body of GET or DELETE has no meaning (RFC 9110 §9.3.1, §9.3.5) and is not read. */
function takesBody({ method }: Request): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

/** What isn't JSON would look like no body at all. */
function requireJson(request: Request): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.get('content-length')) > 0;
  if (hasBody && request.is('json') === false) throw new UnsupportedMediaTypeException();
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
