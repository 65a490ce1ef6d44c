import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PlayAuthorizer, PlayGrant } from '../../contract';
import { CORS, sendProblem } from '../../http/problem';
import { asksToGet, safeDecode } from '../../http/request';
import { admitPlay, KEYFRAME_AWAITED, NOT_ON_AIR, type Refusal } from '../play-admission';
import type { HlsOutput } from './hls-output';
import { writeMultivariantPlaylist } from './playlist';
import type { Position, Presentation } from './presentation';
import { SessionIds } from './sessions';

/** What this endpoint needs of the hub. */
export interface HlsChannels {
  isOnAir(channelId: string): boolean;
  /** The lowest generation of play tokens that is good; sessions of an earlier one are void. */
  playGeneration(channelId: string): number;
  /** Is a viewer with such a token still let in? */
  accepts(grant: PlayGrant): boolean;
  hls(channelId: string): HlsOutput | null;
}

const ENTRANCE = /^\/live\/([^/]+)\.m3u8$/;
const INSIDE = /^\/live\/([^/]+)\/hls\/([\w-]+)\/([\w.]+)$/;
const MEDIA_PLAYLIST = 'live.m3u8';
/** Announced for a stream of which nothing is known yet, bits per second. */
const DEFAULT_BANDWIDTH = 2_000_000;
const PLAYLIST_HEADERS = {
  ...CORS,
  'Content-Type': 'application/vnd.apple.mpegurl',
  'Cache-Control': 'no-store',
};
/** Names are unique and addresses belong to one viewer. */
const MEDIA_HEADERS = {
  ...CORS,
  'Content-Type': 'video/mp4',
  'Cache-Control': 'private, max-age=3600, immutable',
};

const SESSION_INVALID: Refusal = {
  status: 401,
  code: 'play_token_invalid',
  detail: 'The session is none of ours or has expired; begin with the address that carries the play token.',
};
const DIRECTIVES_INVALID: Refusal = {
  status: 400,
  code: 'address_invalid',
  detail: '_HLS_msn and _HLS_part are no position that the playlist will soon have.',
};
const NOT_FOUND: Refusal = { status: 404, code: 'not_found', detail: 'No such media, or no longer.' };

/**
 * HLS and LL-HLS at `/live/:channelId.m3u8?token=`: a multivariant playlist that hands out a session, under which the
 * media playlist and the media are. The session is the viewer, which counts for as long as it asks.
 */
export class HlsEndpoint {
  private readonly sessions = new SessionIds();

  constructor(
    private readonly channels: HlsChannels,
    private readonly authorizer: PlayAuthorizer,
  ) {}

  /** Whether the path is one of this endpoint's. */
  matches(pathname: string): boolean {
    return ENTRANCE.test(pathname) || INSIDE.test(pathname);
  }

  /**
   * Answers with a playlist or media, or with problem JSON: 400 address_invalid, 401 play_token_invalid,
   * 404 channel_not_on_air, not_found, 503 keyframe_awaited.
   */
  async handleRequest(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (!asksToGet(request, response)) return;
    const inside = INSIDE.exec(url.pathname);
    const refusal = inside
      ? await this.handleInside(response, inside, url)
      : await this.handleEntrance(response, url);
    if (refusal && !response.destroyed) sendProblem(response, refusal.status, refusal.code, refusal.detail);
  }

  private async handleEntrance(response: ServerResponse, url: URL): Promise<Refusal | null> {
    const name = ENTRANCE.exec(url.pathname)?.[1] ?? '';
    const admitted = await admitPlay(this.channels, this.authorizer, name, url);
    if ('status' in admitted) return admitted;
    const output = this.channels.hls(admitted.channelId);
    const tracks = output?.tracks;
    const presentation = tracks && output.ask();
    if (!presentation) return NOT_ON_AIR;
    const { codecs, video: size } = tracks;
    const bandwidth = presentation.bandwidth || DEFAULT_BANDWIDTH;
    const uri = `${name}/hls/${this.issue(admitted)}/${MEDIA_PLAYLIST}`;
    send(response, PLAYLIST_HEADERS, [
      Buffer.from(writeMultivariantPlaylist({ codecs, bandwidth, size, uri })),
    ]);
    return null;
  }

  private async handleInside(
    response: ServerResponse,
    [, name = '', session = '', file = '']: RegExpExecArray,
    url: URL,
  ): Promise<Refusal | null> {
    const channelId = safeDecode(name);
    const output = this.channels.hls(channelId);
    const isKnown = output?.knows(session) ?? false;
    if (!this.sessions.verify(this.scopeOf(channelId), session, isKnown)) return SESSION_INVALID;
    if (!this.isAccepted(channelId, session)) return SESSION_INVALID;
    const presentation = output?.ask();
    if (!presentation) return NOT_ON_AIR;
    output?.touch(session);
    const refusal =
      file === MEDIA_PLAYLIST
        ? await sendPlaylist(response, presentation, url)
        : await sendFile(response, presentation, file);
    output?.touch(session); // the viewer waited for the answer
    return refusal;
  }

  private issue(grant: PlayGrant): string {
    return this.sessions.issue(this.scopeOf(grant.channelId), grant);
  }

  private isAccepted(channelId: string, session: string): boolean {
    const generation = this.channels.playGeneration(channelId);
    return this.channels.accepts({ channelId, generation, ...this.sessions.grantOf(session) });
  }

  private scopeOf(channelId: string): string {
    return `${channelId} ${this.channels.playGeneration(channelId)}`;
  }
}

async function sendPlaylist(
  response: ServerResponse,
  presentation: Presentation,
  url: URL,
): Promise<Refusal | null> {
  const position = positionOf(url.searchParams);
  if (position === 'invalid') return DIRECTIVES_INVALID;
  await presentation.waitForFirst();
  if (!presentation.ready) return presentation.ended ? NOT_ON_AIR : KEYFRAME_AWAITED;
  if (position && !presentation.ended) {
    if (presentation.isUnreachable(position)) return DIRECTIVES_INVALID;
    if (response.req.method === 'GET') await presentation.waitForPosition(position);
  }
  send(response, PLAYLIST_HEADERS, [presentation.playlist()]);
  return null;
}

async function sendFile(
  response: ServerResponse,
  presentation: Presentation,
  name: string,
): Promise<Refusal | null> {
  await presentation.waitForFile(name);
  const pieces = presentation.file(name);
  if (!pieces) return NOT_FOUND;
  send(response, MEDIA_HEADERS, pieces);
  return null;
}

function send(response: ServerResponse, headers: Record<string, string>, pieces: readonly Buffer[]): void {
  if (response.destroyed) return;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  response.writeHead(200, { ...headers, 'Content-Length': length });
  if (response.req.method === 'GET') for (const piece of pieces) response.write(piece);
  response.end();
}

/** The delivery directives (RFC 8216bis, 6.2.5.2); null: there are none. */
function positionOf(query: URLSearchParams): Position | null | 'invalid' {
  const [sequence, part] = [query.get('_HLS_msn'), query.get('_HLS_part')];
  if (sequence === null) return part === null ? null : 'invalid';
  if (!isNumber(sequence) || (part !== null && !isNumber(part))) return 'invalid';
  return { sequence: Number(sequence), ...(part !== null && { part: Number(part) }) };
}

function isNumber(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}
