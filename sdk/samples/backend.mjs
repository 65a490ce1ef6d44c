/**
 * The backend of the samples: it serves a page, and mints tokens with the API key, which no page ever sees.
 *
 *   LIANMAI_API_KEY=… node backend.mjs FOLDER_OF_THE_PAGE
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { LianmaiError, LianmaiServer } from '@lianmai/client/server';

const {
  LIANMAI_URL: url = 'http://localhost:8080',
  LIANMAI_API_KEY: apiKey = '',
  PORT = '3000',
} = process.env;
const folder = resolve(process.argv[2] ?? '.');
const lianmai = new LianmaiServer({ url, apiKey });

/** What a page needs to begin, and again whenever its token ends. Your own login stands here: this one believes everybody. */
async function login({ userId, hostId }) {
  const { token } = await lianmai.mintToken({ userId, name: userId, ttlMs: 600_000 });
  return { url, token, channelId: await channelOf(hostId) };
}

const channels = new Map();
/** Each host has one channel. Your database knows it; here it is looked for. */
function channelOf(hostId) {
  if (!channels.has(hostId)) {
    const found = findChannel(hostId);
    channels.set(hostId, found);
    found.catch(() => channels.delete(hostId));
  }
  return channels.get(hostId);
}
async function findChannel(ownerId) {
  const { items } = await lianmai.admin('GET', '/v1/channels?limit=500');
  const mine = items.find((channel) => channel.ownerId === ownerId);
  return (mine ?? (await lianmai.createChannel({ title: `Show of ${ownerId}`, ownerId }))).id;
}

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
/** Strict, and still enough for calls, players and the mixer. */
const POLICY = [
  "default-src 'self'",
  "connect-src 'self' http: https: ws: wss:",
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
].join('; ');

async function answer(request) {
  const { pathname } = new URL(request.url, 'http://page');
  if (request.method === 'POST' && pathname === '/my/login') {
    const body = JSON.stringify(await login(await bodyOf(request)));
    return { type: 'application/json', body };
  }
  const path = pathname === '/' ? '/index.html' : pathname;
  // A URL's path has no `..` left in it.
  return {
    type: TYPES[extname(path)] ?? 'application/octet-stream',
    body: await readFile(join(folder, path)),
  };
}

async function bodyOf(request) {
  let text = '';
  for await (const part of request) if ((text += part).length > 1000) throw new Error('too long');
  return JSON.parse(text);
}

const http = createServer(async (request, response) => {
  try {
    const { type, body } = await answer(request);
    response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(body);
  } catch (error) {
    const isOurs = error instanceof LianmaiError;
    response.writeHead(isOurs ? 502 : 404).end(isOurs ? error.code : 'not found');
  }
});
http.listen(Number(PORT), '127.0.0.1', () => console.log(`http://localhost:${http.address().port}`));
