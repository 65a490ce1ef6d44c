import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IceServer } from '../../contracts';
import type { PublishAuthorizer, PublishGrant } from '../contract';
import { parseIceFragment } from '../codec/rtp/sdp';
import { bearerToken, readBody } from '../http/request';
import { CORS, sendProblem } from '../http/problem';
import { iceLinks } from './ice-links';
import { WhipRefusal } from './negotiation';
import { WhipSession, type WhipCloseReason, type WhipSessionOptions } from './whip-session';

export interface WhipOptions extends WhipSessionOptions {
  publishAuthorizer: PublishAuthorizer;
  /** STUN and TURN servers that publishers are told; default none. */
  iceServers?: readonly IceServer[];
}

const PATH = /^\/whip\/([\w-]{1,128})(?:\/([\w-]{1,64}))?$/;
/** Bytes of an offer: a browser's with all its codecs is about 8 KiB. */
const MAX_OFFER_BYTES = 64 << 10;
const MAX_FRAGMENT_BYTES = 16 << 10;
/** Each takes about 3 % of a core for its sound (Opus to AAC), in this process. */
const MAX_SESSIONS = 32;
/** One on the air, one that takes over, and connections that haven't been noticed to be dead. */
const MAX_PER_CHANNEL = 4;
/** How many ended sessions are remembered, so that a publisher can be told why; then the oldest is forgotten. */
const MAX_REMEMBERED = 256;
const SCAN_MS = 20;
const REPORT_MS = 1000;
/** A page that publishes may read where its session is. */
const HEADERS = { ...CORS, 'Access-Control-Expose-Headers': 'Location, ETag, Link' };

/**
 * WHIP (RFC 9725): browsers and OBS publish to a channel with the same signed key as by RTMP. `POST /whip/:channelId`
 * makes a session, `PATCH` on its resource brings candidates (RFC 8840), `DELETE` ends it.
 */
export class WhipEndpoint {
  private readonly sessions = new Map<string, WhipSession>();
  /** How the last sessions ended. */
  private readonly over = new Map<string, WhipCloseReason>();
  private readonly timers: NodeJS.Timeout[];
  private readonly links: string[];
  private closed = false;

  constructor(private readonly options: WhipOptions) {
    this.links = iceLinks(options.iceServers ?? []);
    this.timers = [
      setInterval(() => this.each((session) => session.scan(performance.now())), SCAN_MS),
      setInterval(() => this.each((session) => session.report(performance.now())), REPORT_MS),
    ];
  }

  /** Whether the path is one of this endpoint's. */
  matches(pathname: string): boolean {
    return PATH.test(pathname);
  }

  /** Answers as RFC 9725 has it; refusals are problem JSON, readable from any page. */
  async handleRequest(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    const [, channelId = '', id] = PATH.exec(pathname) ?? [];
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      if (request.method === 'OPTIONS') return sendOptions(response);
      if (id !== undefined) return await this.onResource(request, response, channelId, id);
      if (request.method !== 'POST') throw notAllowed(response, 'POST, OPTIONS');
      await this.onOffer(request, response, channelId);
    } catch (error) {
      if (!(error instanceof WhipRefusal)) throw error;
      // The rest of the body isn't read.
      if (!request.complete) response.setHeader('Connection', 'close');
      sendProblem(response, error.status, error.code, error.message);
    }
  }

  /** Ends all publishers. Idempotent. */
  close(): void {
    this.closed = true;
    this.timers.forEach((timer) => clearInterval(timer));
    this.each((session) => session.close('closed'));
  }

  private async onOffer(
    request: IncomingMessage,
    response: ServerResponse,
    channelId: string,
  ): Promise<void> {
    const grant = await this.authorize(request, response, channelId);
    requireType(request, response, 'application/sdp');
    const offer = await readText(request, MAX_OFFER_BYTES);
    this.requireRoom(grant);
    const session = new WhipSession(grant, this.options, (reason) => this.forget(session, reason));
    this.sessions.set(session.id, session);
    try {
      const answer = await session.accept(offer);
      if (!this.sessions.has(session.id))
        throw new WhipRefusal(503, 'connection_failed', 'The connection failed.');
      response.on('close', () => {
        if (!response.writableFinished) session.close('ended');
      });
      if (response.destroyed) return session.close('ended');
      response.writeHead(201, {
        'Content-Type': 'application/sdp',
        Location: `/whip/${channelId}/${session.id}`,
        ETag: etagOf(session),
        ...(this.links.length > 0 ? { Link: this.links } : {}),
      });
      response.end(answer);
    } catch (error) {
      session.close('ended');
      throw error;
    }
  }

  private async authorize(
    request: IncomingMessage,
    response: ServerResponse,
    channelId: string,
  ): Promise<PublishGrant> {
    const token = bearerToken(request);
    const name = `${channelId}?token=${encodeURIComponent(token)}`;
    const grant = token ? await this.options.publishAuthorizer.authorizePublish(name) : null;
    if (grant) return grant;
    response.setHeader('WWW-Authenticate', 'Bearer');
    throw new WhipRefusal(401, 'push_token_invalid', 'The push token is wrong or has expired.');
  }

  private requireRoom({ channelId }: PublishGrant): void {
    if (this.closed || this.sessions.size >= MAX_SESSIONS) {
      throw new WhipRefusal(503, 'node_full', 'This node takes no more publishers.');
    }
    const same = [...this.sessions.values()].filter(({ grant }) => grant.channelId === channelId);
    if (same.length >= MAX_PER_CHANNEL) {
      throw new WhipRefusal(409, 'too_many_publishers', 'This channel has too many publishers.');
    }
  }

  private async onResource(
    request: IncomingMessage,
    response: ServerResponse,
    channelId: string,
    id: string,
  ): Promise<void> {
    if (request.method !== 'PATCH' && request.method !== 'DELETE')
      throw notAllowed(response, 'PATCH, DELETE, OPTIONS');
    const session = this.sessions.get(id);
    if (session?.grant.channelId !== channelId) {
      const refusal = this.goneRefusal(id);
      if (request.method === 'DELETE' && this.over.has(id)) return sendOver(response, refusal);
      throw refusal;
    }
    if (request.method === 'PATCH') return this.onFragment(request, response, session);
    session.close('ended');
    response.writeHead(200).end();
  }

  private async onFragment(
    request: IncomingMessage,
    response: ServerResponse,
    session: WhipSession,
  ): Promise<void> {
    requireType(request, response, 'application/trickle-ice-sdpfrag');
    const match = request.headers['if-match'];
    const { iceUfrag, candidates } = parseIceFragment(await readText(request, MAX_FRAGMENT_BYTES));
    if (match === '*' || (iceUfrag && iceUfrag !== session.iceUfrag)) {
      throw new WhipRefusal(
        422,
        'ice_restart_unsupported',
        'ICE restarts are not supported: make a new session.',
      );
    }
    if (match && match !== etagOf(session)) {
      throw new WhipRefusal(412, 'etag_mismatch', 'The candidates belong to another ICE session.');
    }
    session.addCandidates(candidates);
    response.writeHead(204).end();
  }

  /** A publisher that the hub closed is told so: coming back, it would only push the other one out again. */
  private goneRefusal(id: string): WhipRefusal {
    const reason = this.over.get(id);
    if (reason === 'superseded') {
      return new WhipRefusal(409, 'publisher_superseded', 'A newer publisher has taken over this channel.');
    }
    if (reason === 'disconnected') {
      return new WhipRefusal(409, 'publisher_disconnected', 'The publisher was disconnected by the server.');
    }
    return new WhipRefusal(404, 'whip_session_not_found', 'There is no such session (any more).');
  }

  private forget(session: WhipSession, reason: WhipCloseReason): void {
    this.sessions.delete(session.id);
    this.over.set(session.id, reason);
    for (const oldest of this.over.keys()) {
      if (this.over.size <= MAX_REMEMBERED) break;
      this.over.delete(oldest);
    }
  }

  private each(action: (session: WhipSession) => void): void {
    for (const session of [...this.sessions.values()]) action(session);
  }
}

function etagOf({ id }: WhipSession): string {
  return `"${id.slice(0, 8)}"`;
}

/** Where both sides end a session, the second has what it wants; the body tells it if the hub was the first. */
function sendOver(response: ServerResponse, { status, code, message: detail }: WhipRefusal): void {
  if (status !== 409) return void response.writeHead(200).end();
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ code, detail }));
}

function sendOptions(response: ServerResponse): void {
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'POST, PATCH, DELETE, OPTIONS',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match',
    'Access-Control-Max-Age': '86400',
    'Accept-Post': 'application/sdp',
    'Accept-Patch': 'application/trickle-ice-sdpfrag',
  });
  response.end();
}

function notAllowed(response: ServerResponse, methods: string): WhipRefusal {
  response.setHeader('Allow', methods);
  return new WhipRefusal(405, 'method_not_allowed', `Only ${methods} are allowed here.`);
}

function requireType(request: IncomingMessage, response: ServerResponse, type: string): void {
  const given = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (given === type) return;
  response.setHeader(type === 'application/sdp' ? 'Accept-Post' : 'Accept-Patch', type);
  throw new WhipRefusal(415, 'media_type_unsupported', `The body must be ${type}.`);
}

/** @throws WhipRefusal 413 body_too_large; as `readBody` */
async function readText(request: IncomingMessage, maxBytes: number): Promise<string> {
  const text = await readBody(request, maxBytes);
  if (text !== null) return text;
  throw new WhipRefusal(413, 'body_too_large', `The body is larger than ${maxBytes} bytes.`);
}
