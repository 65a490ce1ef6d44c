import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CANDIDATE, FakeTransports } from '../../../test/support/webrtc/fake-transports';
import { OFFERS } from '../../../test/support/webrtc/sdp-offers';
import { parseSdp } from '../codec/rtp/sdp';
import { Hub } from '../origin/hub';
import type { AudioCodecs } from './audio-track';
import { WhipEndpoint } from './whip-endpoint';

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const codecs: AudioCodecs = {
  createDecoder: () => ({ decode: () => null, close: () => {} }),
  createEncoder: () => ({
    config: Buffer.from([0x11, 0x90]),
    left: new Float32Array(1024),
    right: new Float32Array(1024),
    encode: () => null,
    close: () => {},
  }),
};

const H264 = 'H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id=42e01f';
function offer({ video = H264, audio = 'opus/48000/2', direction = 'sendonly' } = {}): string {
  const transport = `a=ice-ufrag:peer\r\na=ice-pwd:${'q'.repeat(22)}\r\na=fingerprint:sha-256 ${Array(32).fill('CC').join(':')}\r\na=setup:actpass\r\n`;
  const line = (type: string, payloadType: number, mid: number, codec: string): string =>
    codec &&
    `m=${type} 9 UDP/TLS/RTP/SAVPF ${payloadType}\r\na=mid:${mid}\r\na=${direction}\r\n${transport}a=rtpmap:${payloadType} ${codec}\r\n`;
  return `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n${line('audio', 111, 0, audio)}${line('video', 96, 1, video)}`;
}

let hub: Hub;
let transports: FakeTransports;
let endpoint: WhipEndpoint;
let server: Server;
let base: string;
beforeEach(async () => {
  hub = new Hub();
  transports = new FakeTransports();
  const publishAuthorizer = {
    authorizePublish: (name: string) =>
      Promise.resolve(
        name === 'room?token=good' ? { channelId: 'room', role: 'host' as const, epoch: 1 } : null,
      ),
  };
  const iceServers = [{ urls: ['stun:one.example.net', 'stun:two.example.net'] }];
  endpoint = new WhipEndpoint({ hub, transports, codecs, logger, publishAuthorizer, iceServers });
  server = createServer((request, response) => {
    void endpoint.handleRequest(request, response, request.url ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  endpoint.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Ask {
  method?: string;
  path?: string;
  token?: string;
  type?: string;
  body?: string;
  match?: string;
}
function ask({
  method = 'POST',
  path = '/whip/room',
  token = 'good',
  type = 'application/sdp',
  body,
  match,
}: Ask = {}) {
  return fetch(base + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': type,
      ...(match === undefined ? {} : { 'if-match': match }),
    },
    body: method === 'POST' ? (body ?? offer()) : body,
  });
}
const fragment = (request: Partial<Ask>, body = `a=ice-ufrag:peer\r\na=${CANDIDATE}\r\n`) =>
  ask({ method: 'PATCH', type: 'application/trickle-ice-sdpfrag', body, ...request });

async function publish(): Promise<string> {
  const answer = await ask();
  expect(answer.status).toBe(201);
  return answer.headers.get('location') ?? '';
}

it('answers an offer with all its candidates and an unguessable resource', async () => {
  const answer = await ask();
  expect(answer.status).toBe(201);
  expect(answer.headers.get('content-type')).toBe('application/sdp');
  expect(answer.headers.get('access-control-expose-headers')).toBe('Location, ETag, Link');
  expect(answer.headers.get('link')).toBe(
    '<stun:one.example.net>; rel="ice-server", <stun:two.example.net>; rel="ice-server"',
  );
  expect(answer.headers.get('location')).toMatch(/^\/whip\/room\/[\w-]{24}$/);
  const sdp = await answer.text();
  expect(sdp.match(/^a=candidate:.*/gm)).toEqual([`a=${CANDIDATE}`]);
  expect(sdp).toContain('a=end-of-candidates');
  expect(sdp).toContain('a=rtpmap:96 H264/90000');
  expect(sdp).toMatch(/a=fmtp:111 .*stereo=1/);
  expect(sdp.match(/^a=recvonly/gm)).toHaveLength(2);
});

it.each<[string, Ask, number, string]>([
  ['a wrong token', { token: 'bad' }, 401, 'push_token_invalid'],
  ['another channel', { path: '/whip/other' }, 401, 'push_token_invalid'],
  ['another type', { type: 'application/json' }, 415, 'media_type_unsupported'],
  ['no description', { body: 'hello' }, 400, 'sdp_invalid'],
  ['a description that is too long', { body: 'v'.repeat(70_000) }, 413, 'body_too_large'],
  ['a fingerprint of half a hash', { body: offer().replaceAll('CC:CC', 'CC') }, 400, 'sdp_invalid'],
  ['VP8', { body: offer({ video: 'VP8/90000' }) }, 422, 'codec_unsupported'],
  [
    'interleaved H.264',
    { body: offer({ video: 'H264/90000\r\na=fmtp:96 packetization-mode=2;profile-level-id=42e01f' }) },
    422,
    'codec_unsupported',
  ],
  [
    'H.264 high 4:4:4',
    { body: offer({ video: 'H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id=f4001f' }) },
    422,
    'codec_unsupported',
  ],
  ['sound without Opus', { body: offer({ audio: 'PCMU/8000' }) }, 422, 'codec_unsupported'],
  ['a viewer', { body: offer({ direction: 'recvonly' }) }, 422, 'nothing_offered'],
  ['what is no description', { body: '['.repeat(1500) }, 400, 'sdp_invalid'],
  ['GET', { method: 'GET' }, 405, 'method_not_allowed'],
  ['an unknown session', { method: 'DELETE', path: '/whip/room/nobody' }, 404, 'whip_session_not_found'],
])('refuses %s', async (_, request, status, code) => {
  const answer = await ask(request);
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  expect(await answer.json()).toMatchObject({ status, code });
  expect(hub.snapshot()).toEqual([]);
});

it('says so where the transport doesn’t take an offer, and keeps no session of it', async () => {
  const answer = () => Promise.reject(new Error('not understood'));
  const create = transports.create.bind(transports);
  transports.create = (events) => ({ ...create(events), answer });
  const refused = await ask();
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ code: 'sdp_invalid' });
  expect(transports.closed).toBe(1);
});

it('takes sound or picture alone', async () => {
  expect((await ask({ body: offer({ audio: '' }) })).status).toBe(201);
  expect((await ask({ body: offer({ video: '' }) })).status).toBe(201);
});

it.each(Object.entries(OFFERS))('takes what %s offers, as far as it can', async (_, { sdp, whip }) => {
  const answer = await ask({ body: sdp });
  if (!whip) {
    expect(await answer.json()).toMatchObject({ status: 422, code: 'codec_unsupported' });
    return;
  }
  expect(answer.status).toBe(201);
  const text = await answer.text();
  // Pictures come upright: how they are turned (CVO) is not to be said beside them. Nor anything else.
  expect(text).not.toContain('a=extmap');
  const { media } = parseSdp(text);
  expect(media.map(({ mid }) => mid)).toEqual(parseSdp(sdp).media.map(({ mid }) => mid));
  expect(media.every(({ rejected, direction }) => !rejected && direction === 'recvonly')).toBe(true);
  expect(Object.fromEntries(media.map(({ mid, codecs }) => [mid, codecs[0]?.payloadType]))).toEqual(whip);
});

it('tells browsers what they may ask', async () => {
  const answer = await fetch(`${base}/whip/room`, { method: 'OPTIONS' });
  expect(answer.status).toBe(204);
  expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH');
  expect(answer.headers.get('access-control-allow-headers')).toContain('Authorization');
});

it('takes candidates that come later, of this ICE session only', async () => {
  const answer = await ask();
  const path = answer.headers.get('location')!;
  const etag = answer.headers.get('etag')!;
  expect((await fragment({ path, match: etag })).status).toBe(204);
  expect(transports.remoteCandidates).toEqual([CANDIDATE]);
  expect(await (await fragment({ path, match: '"other"' })).json()).toMatchObject({
    status: 412,
    code: 'etag_mismatch',
  });
  for (const restart of [fragment({ path, match: '*' }), fragment({ path }, 'a=ice-ufrag:anew\r\n')]) {
    expect(await (await restart).json()).toMatchObject({ status: 422, code: 'ice_restart_unsupported' });
  }
  expect((await fragment({ path, type: 'application/sdp' })).status).toBe(415);
  expect((await fragment({ path: path.replace('room', 'other') })).status).toBe(404);
  expect(transports.remoteCandidates).toHaveLength(1);
});

it('enters the hub when it is connected, and leaves it on DELETE', async () => {
  const path = await publish();
  expect(hub.snapshot()).toEqual([]);
  transports.peers[0]!.onState('connected');
  expect(hub.snapshot()[0]?.publishers).toEqual([{ role: 'host', epoch: 1, active: false, ready: false }]);
  expect((await ask({ method: 'DELETE', path })).status).toBe(200);
  expect(hub.snapshot()).toEqual([]);
  expect(transports.closed).toBe(1);
  const again = await ask({ method: 'DELETE', path });
  expect([again.status, await again.text()]).toEqual([200, '']);
  expect((await ask({ method: 'PATCH', path })).status).toBe(404);
});

it('leaves the hub when the connection fails', async () => {
  await publish();
  transports.peers[0]!.onState('connected');
  transports.peers[0]!.onState('failed');
  expect(hub.snapshot()).toEqual([]);
});

it('says afterwards that the hub closed it', async () => {
  const path = await publish();
  transports.peers[0]!.onState('connected');
  hub.disconnect('room', 'host');
  const code = 'publisher_disconnected';
  expect(await (await ask({ method: 'PATCH', path })).json()).toMatchObject({ status: 409, code });
  const answer = await ask({ method: 'DELETE', path });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ code });
});

it('bounds the publishers of a channel', async () => {
  for (let i = 0; i < 4; i++) await publish();
  expect(await (await ask()).json()).toMatchObject({ status: 409, code: 'too_many_publishers' });
});
