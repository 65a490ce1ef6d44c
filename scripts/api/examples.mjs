/** Examples of schemas: the value of each property is looked up by its name, the rest follows from the schema. */

const channelId = '0d9f3a52-6f0b-4c7e-9a51-2f6f5b1c7d10';
const conferenceId = '7b1e4f0c-93d4-4a61-8a59-5f2f0c9b3e21';

const stream = {
  transport: 'rtmp',
  video: { codec: 'h264', profile: 'high', width: 1280, height: 720, fps: 25, bitrate: 2_412_000 },
  audio: { codec: 'aac', sampleRate: 48_000, channels: 2, bitrate: 128_000 },
  bitrate: 2_540_000,
  usualBitrate: 2_610_000,
};

const byName = {
  id: '3f0c9a7e-5d21-4b8f-a1c6-0e9d7b6a5c43',
  channelId,
  conferenceId,
  sessionId: '9c2d8e1f-7a64-4f3b-b0d5-6e1a2c3d4f50',
  memberId: 'c5a1b2d3-e4f5-4a6b-8c7d-9e0f1a2b3c4d',
  matchId: '5b0e4d6c-8f21-4a39-9c7d-1e2f3a4b5c6d',
  mixTaskId: 'e8f7a6b5-c4d3-4e2f-91a0-b1c2d3e4f5a6',
  channels: [channelId],
  conferences: [conferenceId],
  userId: 'gina',
  ownerId: 'ann',
  hostId: 'ann',
  hostName: 'Ann',
  name: 'Gina',
  userName: 'Gina',
  title: 'Evening show',
  number: '48291306754',
  locked: false,
  memberLimit: null,
  byUserId: 'ann',
  until: null,
  apiKeyId: null,
  nodeId: 'node-1',
  webhookId: '8e7d6c5b-4a39-4281-b706-f5e4d3c2b1a0',
  occurredAt: '2026-11-20T19:04:12.480Z',
  suspendedAt: null,
  suspensionNote: null,
  hostStream: { width: 1280, height: 720, fps: 25, keyframeIntervalMs: 2000, warnings: [], measured: stream },
  stream,
  measured: stream,
  video: stream.video,
  audio: stream.audio,
  profile: 'high',
  sampleRate: 48_000,
  bitrate: 2_540_000,
  usualBitrate: 2_610_000,
  at: '2026-11-20T19:30:00.000Z',
  since: '2026-11-20T19:28:00.000Z',
  invitationId: '2d4f6a8c-1b3d-4e5f-8a7b-9c0d1e2f3a4b',
  figures: {
    ...{ channels: 12, onAir: 9, bypassOnAir: 1, calls: 3, pks: 1, peopleInCalls: 13, viewers: 4766 },
    ...{ outBitrate: 30_900_000, applications: 6, applicationChannels: 3, mixesQueued: 0 },
  },
  alarms: [
    {
      code: 'low_bitrate',
      subject: { type: 'channel', id: channelId, name: 'Evening show' },
      ...{ channelId, reason: null, value: 1_100_000, expected: 6_000_000 },
      since: '2026-11-20T19:24:00.000Z',
    },
  ],
  alarmsTotal: 1,
  lines: [{ subject: null, atMs: [1_795_202_880_000, 1_795_202_940_000], values: [4711, 4766] }],
  note: 'Rights of others',
  pending: true,
  roomBansStopWatching: false,
  since: '2026-11-20T19:00:00.000Z',
  access: 'open',
  likes: 2048,
  renewal: 'eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ2aXNpdG9yIn0.c2lnbmF0dXJl',
  createdAt: '2026-11-20T19:00:00.000Z',
  sentAt: '2026-11-20T19:04:12.480Z',
  lastSeenAt: '2026-11-20T19:30:00.000Z',
  lastUsedAt: '2026-11-20T19:30:00.000Z',
  expiresAt: '2026-11-20T20:00:00.000Z',
  liveAt: '2026-11-20T19:02:00.000Z',
  startedAt: '2026-11-20T19:20:00.000Z',
  nextAttemptAt: null,
  openedAt: null,
  deliveredAt: '2026-11-20T19:04:13.120Z',
  endedAt: null,
  endsAt: '2026-11-20T19:25:00.000Z',
  revokedAt: null,
  nextCursor: null,
  reason: null,
  winner: null,
  toChannelId: null,
  error: null,
  token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJnaW5hIn0.c2lnbmF0dXJl',
  code: 'yN3kq0Jr8mC5vT1xWb7eZs9aQ2dF4gH6iK8lM0nP3oR',
  prefix: 'lm_k3VbQ0',
  key: 'lm_k3VbQ0xY7uC1pT9eLw5ZsRaD2fG4hJ6iM8nO0qS3tUv',
  ttlMs: 3_600_000,
  url: 'https://live.example.com/address',
  flv: `https://live.example.com:8081/live/${channelId}.flv?token=eyJhbGciOi`,
  wsFlv: `wss://live.example.com:8081/live/${channelId}.flv?token=eyJhbGciOi`,
  hls: `https://live.example.com:8081/live/${channelId}.m3u8?token=eyJhbGciOi`,
  rtmp: `rtmp://live.example.com/live/${channelId}?token=eyJhbGciOi`,
  secret: 'whsec_k3VbQ0xY7uC1pT9eLw5ZsRaD2fG4hJ6i',
  server: 'rtmp://live.example.com/live',
  mediaUrl: 'https://live.example.com:8081',
  rtmpUrl: 'rtmp://live.example.com',
  text: 'Good evening!',
  background: '#101418',
  radius: 0.03,
  imageId: 'f1a2b3c4-d5e6-4f70-8a9b-0c1d2e3f4a5b',
  backgroundImage: 'f1a2b3c4-d5e6-4f70-8a9b-0c1d2e3f4a5b',
  image: 'a7c8e9f0-1b2d-4c3e-9f5a-6b7c8d9e0f1a',
  mediaType: 'image/png',
  sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  size: 48_213,
  width: 1280,
  height: 720,
  fps: 25,
  gop: 50,
  videoBitrate: 1_500_000,
  audioBitrate: 128_000,
  preset: 'veryfast',
  seq: 42,
  afterSeq: 41,
  lastSeq: 42,
  seat: 1,
  audioMutedByHost: false,
  videoMutedByHost: false,
  gain: 1,
  locked: false,
  event: null,
  until: '2026-11-20T19:34:00.000Z',
  byUserId: 'ann',
  eventId: '6d1f0a2b-3c4d-4e5f-8a9b-0c1d2e3f4a5b',
  deliveryId: '3f0c9a7e-5d21-4b8f-a1c6-0e9d7b6a5c43',
  subject: `channel:${channelId}`,
  action: 'api-key.revoked',
  requestId: 'b7c8d9e0-f1a2-4b3c-8d4e-5f6a7b8c9d0e',
  address: '203.0.113.7',
  cursor: 'WyIxNzk1NDYiLCIzZjBjOWE3ZSJd',
  points: 30,
  durationMs: 300_000,
  limit: 100,
  viewers: 128,
  onlineCount: 1,
  version: 3,
  appliedVersion: 3,
  attempt: 1,
  alive: true,
  audio: true,
  video: true,
  statistics: { framesOut: 4500, outputFps: 25 },
};
/** Left out of examples: they belong to rare cases. */
const rare = new Set(['rects', 'cursor', 'args', 'instance']);
const pkSides = [
  {
    channelId,
    title: 'Evening show',
    hostId: 'ann',
    hostName: 'Ann',
    sessionId: byName.sessionId,
    points: 30,
  },
  {
    ...{
      channelId: 'a2f4c6e8-1b3d-4f5a-8c7e-9d0b2a4c6e8f',
      title: 'Morning show',
      hostId: 'bea',
      hostName: 'Bea',
    },
    ...{ sessionId: 'd4e6f8a0-2c3e-4a5b-9d7f-1e0c3b5d7f90', points: 12 },
  },
];
/** Properties that mean something else in these schemas than their name does above. */
const bySchema = {
  ApiKeyView: { name: 'App backend' },
  ApiKeyCreatedView: { name: 'App backend' },
  ApiKeyCreate: { name: 'App backend' },
  ChannelSuspend: { reason: 'Rights of others' },
  ChannelEventCreate: { name: 'gift', data: { kind: 'rose', count: 3 } },
  PushUrlView: {
    key: `${channelId}?token=eyJhbGciOi`,
    url: `rtmp://live.example.com/live/${channelId}?token=eyJhbGciOi`,
    whip: { url: `https://live.example.com:8081/whip/${channelId}`, token: 'eyJhbGciOi' },
  },
  InvitationView: { durationMs: null, position: null },
  AuditEntryView: { type: 'api-key', details: { name: 'App backend' } },
  RelayView: { server: 'rtmp://push.cdn.example.com/app' },
  RelayPatch: { url: 'rtmp://push.cdn.example.com/app/stream-key' },
  RelayPlayback: {
    flv: 'https://cdn.example.com/app/show.flv',
    hls: 'https://cdn.example.com/app/show.m3u8',
  },
  ShareLinkView: {
    url: 'https://live.example.com/s/yN3kq0Jr8mC5vT1xWb7eZs9aQ2dF4gH6',
    code: 'yN3kq0Jr8mC5vT1xWb7eZs9aQ2dF4gH6',
  },
  VisitCreate: { code: 'yN3kq0Jr8mC5vT1xWb7eZs9aQ2dF4gH6' },
  LoginLinkView: { url: 'https://live.example.com/login#code=yN3kq0Jr8mC5vT1x' },
  UserView: { id: 'gina' },
  MixPreviewSeat: { side: undefined },
  TileBorder: { width: 0.006, colour: '#ffffff' },
  QualityReport: {
    protocol: 'flv',
    playedMs: 15_000,
    startMs: 420,
    stalls: 1,
    stalledMs: 310,
    latencyMs: 780,
  },
  ViewedHandOver: { sourceVersion: 4, gapMs: 44 },
  QualityMinuteView: {
    ...{
      minute: '2026-11-20T19:04:00.000Z',
      reports: 480,
      playedMs: 7_200_000,
      stalls: 14,
      stalledMs: 4_900,
    },
    startMs: { count: 12, p50: 407, p95: 892, max: 1_240 },
    latencyMs: { count: 480, p50: 780, p95: 1_190, max: 2_310 },
    protocols: { flv: 410, hls: 70 },
  },
  HandOverView: {
    ...{ sourceVersion: 4, at: '2026-11-20T19:04:12.480Z', from: 'host', to: 'mix' },
    gapMs: { count: 198, p50: 42, p95: 57, max: 210 },
  },
  RecentHandOverView: {
    ...{ sourceVersion: 4, at: '2026-11-20T19:04:12.480Z', from: 'host', to: 'mix' },
    gapMs: { count: 198, p50: 42, p95: 57, max: 210 },
  },
  ImageView: { width: 512, height: 256 },
  AvatarView: { width: 256, height: 256 },
  LayoutWatermark: { x: 0.8, y: 0.05, width: 0.15, opacity: 0.8 },
  CustomRect: { x: 0, y: 0, z: 0, width: 0.5, height: 1 },
  ChannelView: { id: channelId, source: 'host', sourceVersion: 1 },
  PlaybackView: { reportEveryMs: 15_000 },
  ConferenceView: { id: conferenceId },
  // Of a signal that has no name of its own.
  '': { from: 'server', to: 'client' },
  MixSwitchView: {
    from: 'server',
    to: 'client',
    state: 'done',
    reason: 'requested',
    endedAt: '2026-11-20T19:20:03.000Z',
  },
  CoHostView: { state: 'live', mixSwitch: null, opponents: [] },
  CoHostMemberView: { role: 'guest', state: 'on-air' },
  CoHostMixSeatView: { side: undefined },
  ConferenceMemberView: { id: byName.memberId, state: 'joined' },
  JoinView: { url: 'wss://live.example.com:8081/mas' },
  MixTaskView: { state: 'running', error: null, cores: 0.42 },
  BypassLiveView: { state: 'live' },
  WatchView: { status: 'live' },
  WebhookDeliveryView: { state: 'delivered', attempts: 1, lastStatus: 200, lastError: null },
  PkMatchView: { state: 'running', sides: pkSides },
  ChatMessage: { kind: 'user' },
  IceServer: { urls: 'turn:live.example.com:3478', username: '1795180000:gina', credential: 'c2lnbmF0dXJl' },
  NodeView: { id: 'node-1', conferences: 2, channels: 5 },
  MixerView: {
    id: '1583920441',
    host: 'mixer-1',
    cores: 8,
    coresUsed: 2.5,
    coresFree: 5.5,
    slots: 16,
    running: 6,
  },
};

/** @param components name -> schema */
export function exampleOf(schema, components, owner = '', depth = 0) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1);
    return exampleOf(components[name], components, name, depth);
  }
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) {
    const taken = schema.anyOf.find(({ properties }) => properties?.ok?.const === true) ?? schema.anyOf[0];
    return exampleOf(taken, components, owner, depth);
  }
  const type = [schema.type].flat()[0];
  if (type === 'array') return depth > 6 ? [] : [exampleOf(schema.items, components, owner, depth + 1)];
  if (type === 'object') return exampleObject(schema, components, owner, depth);
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  return type === 'null' ? null : 'text';
}

function exampleObject({ properties, additionalProperties }, components, owner, depth) {
  if (!properties)
    return additionalProperties
      ? { name: exampleOf(additionalProperties, components, owner, depth + 1) }
      : {};
  const named = Object.entries(properties).filter(([name]) => !rare.has(name));
  return Object.fromEntries(
    named.map(([name, schema]) => [name, valueOf(name, schema, components, owner, depth)]),
  );
}

function valueOf(name, schema, components, owner, depth) {
  // What is sent of a type that is answered too is called so.
  const own = bySchema[owner.replace(/Input$/, '')] ?? {};
  if (name in own) return own[name];
  const known = byName[name];
  return name in byName && fits(known, schema) ? known : exampleOf(schema, components, owner, depth + 1);
}

/** False for a property of the same name but another type. */
function fits(value, schema) {
  if (value === null)
    return [schema.type].flat().includes('null') || (schema.anyOf ?? []).some((s) => s.type === 'null');
  const types = [schema, ...(schema.anyOf ?? [])].flatMap((s) => s.type ?? []);
  if (Array.isArray(value)) return types.includes('array') && schema.items?.type === 'string';
  if (typeof value === 'number') return types.includes('number') || types.includes('integer');
  return types.includes(typeof value) && !schema.enum;
}
