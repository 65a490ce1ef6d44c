import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventStreamMessage } from '../../contracts';
import type {
  ChannelSettings,
  ControlAuthorizer,
  MemberPermissions,
  NumberedSnapshot,
  SourceRole,
} from '../contract';
import { parseJson } from '../../shared/bounded-json';
import { isRtmpUrl } from '../../shared/rtmp-url';
import { bearerToken, readBody, safeDecode } from '../http/request';
import { sendProblem } from '../http/problem';
import type { Hub } from '../origin';
import type { MasPort } from './mas-port';

const MAX_BODY_BYTES = 16 << 10;

type Body = Record<string, unknown>;
/** True: done; false: not on this node; a string: what is wrong with the body. */
type Outcome = boolean | string;

/** Control's own commands to this node, `/control/...` (contract/node.ts). All are idempotent. */
export class ControlEndpoint {
  constructor(
    private readonly hub: Hub,
    private readonly mas: MasPort,
    private readonly authorizer: ControlAuthorizer,
    private readonly snapshot: () => NumberedSnapshot,
    private readonly bootId: string,
  ) {}

  /** 200 {}, 404 {} for what is not on this node, problem JSON for anything wrong. */
  async handleRequest(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    const call = `${request.method} ${pathname}`;
    if (!(await this.authorizer.authorizeControl(bearerToken(request), call))) {
      return sendProblem(
        response,
        401,
        'control_token_invalid',
        'The control token is wrong or has expired.',
      );
    }
    if (request.method === 'GET' && pathname === '/control/snapshot')
      return sendJson(response, 200, this.snapshot());
    if (request.method === 'GET' && pathname === '/control/identity')
      return sendJson(response, 200, { bootId: this.bootId });
    const keyframeOf = /^\/control\/channels\/([^/]+)\/keyframe$/.exec(pathname)?.[1];
    if (request.method === 'GET' && keyframeOf !== undefined)
      return this.sendKeyframe(safeDecode(keyframeOf), request, response);
    if (request.method !== 'POST') return sendProblem(response, 404, 'not_found', 'No such command.');
    const text = await readBody(request, MAX_BODY_BYTES);
    if (text === null) {
      response.setHeader('Connection', 'close');
      return sendProblem(response, 413, 'body_too_large', `The body is larger than ${MAX_BODY_BYTES} bytes.`);
    }
    const body = parseBody(text);
    if (!body)
      return sendProblem(response, 400, 'body_invalid', 'The body must be a JSON object, not nested.');
    const outcome = this.run(pathname.split('/').slice(2).map(safeDecode), body);
    if (typeof outcome === 'string') return sendProblem(response, 400, 'body_invalid', outcome);
    sendJson(response, outcome ? 200 : 404, {});
  }

  private sendKeyframe(channelId: string, { headers }: IncomingMessage, response: ServerResponse): void {
    const keyframe = this.hub.keyframe(channelId);
    if (!keyframe) return sendJson(response, 404, {});
    const etag = `"${createHash('sha256').update(keyframe).digest('hex').slice(0, 32)}"`;
    response.setHeader('ETag', etag);
    if (headers['if-none-match'] === etag) return void response.writeHead(304).end();
    response.writeHead(200, { 'Content-Type': 'video/h264' });
    response.end(keyframe);
  }

  private run(path: string[], body: Body): Outcome {
    const [room, id = '', ...rest] = path;
    if (room === 'channels') return this.runChannel(id, rest.join('/'), body);
    if (room !== 'conferences') return false;
    if (rest.length === 1 && rest[0] === 'close') return this.mas.closeConference(id);
    if (rest.length === 1 && rest[0] === 'release') return this.mas.releaseConference(id);
    const [members, memberId = '', command] = rest;
    return members === 'members' && rest.length === 3 && this.runMember(id, memberId, command, body);
  }

  private runChannel(id: string, command: string, body: Body): Outcome {
    const { role, epoch, from } = body;
    if (command === 'settings') {
      return isSettings(body) ? this.hub.configure(id, body) : 'these are no settings of a channel';
    }
    if (command === 'events') {
      return isEvent(body) ? this.hub.addEvent(id, { ...body, type: 'event' }) : 'this is no event';
    }
    if (!['disconnect', 'end', 'promote'].includes(command)) return false;
    if (command !== 'disconnect' && !Number.isSafeInteger(epoch)) return 'epoch must be an integer';
    if (command === 'end') return this.hub.end(id, epoch as number);
    if (!isRole(role)) return 'role must be host or mix';
    if (command === 'disconnect') return this.hub.disconnect(id, role);
    if (from !== undefined && !Number.isSafeInteger(from)) return 'from must be an integer';
    return this.hub.promote(id, role, epoch as number, from as number | undefined);
  }

  private runMember(
    conferenceId: string,
    memberId: string,
    command: string | undefined,
    body: Body,
  ): Outcome {
    if (command === 'close') return this.mas.closeMember(conferenceId, memberId);
    if (command !== 'permissions') return false;
    return isPermissions(body)
      ? this.mas.setPermissions(conferenceId, memberId, body)
      : 'audio, video and screen must be booleans, version an integer';
  }
}

function isRole(value: unknown): value is SourceRole {
  return value === 'host' || value === 'mix';
}

function isPermissions(body: Body): body is Body & MemberPermissions {
  const { audio, video, screen, version } = body;
  if (screen !== undefined && typeof screen !== 'boolean') return false;
  return typeof audio === 'boolean' && typeof video === 'boolean' && Number.isSafeInteger(version);
}

function isEvent(body: Body): body is Body & Omit<EventStreamMessage, 'type'> {
  const { id, name, data } = body;
  return typeof id === 'string' && typeof name === 'string' && typeof data === 'object' && data !== null;
}

function isSettings(body: Body): body is Body & ChannelSettings {
  const { revision, relay, flvMarkers, playGeneration, awaitsMix, doors } = body;
  if (!isDoors(doors)) return false;
  if (typeof revision !== 'string' || typeof flvMarkers !== 'boolean') return false;
  if (typeof awaitsMix !== 'boolean') return false;
  return Number.isSafeInteger(playGeneration) && (relay === null || isRelay(relay));
}

function isDoors(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { suspended, pushGeneration, putOut, visitGeneration = 0 } = value as Record<string, unknown>;
  const isList = Array.isArray(putOut) && putOut.every((viewer) => typeof viewer === 'string');
  if (!Number.isSafeInteger(visitGeneration)) return false;
  return typeof suspended === 'boolean' && Number.isSafeInteger(pushGeneration) && isList;
}

function isRelay(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('url' in value)) return false;
  return typeof value.url === 'string' && isRtmpUrl(value.url);
}

/** null where it is no object, or nested too deep. */
function parseBody(text: string): Body | null {
  try {
    const body = parseJson(text || '{}');
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Body) : null;
  } catch {
    return null;
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
