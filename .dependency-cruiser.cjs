/** The rules of the house (docs/architecture.md): which way the arrows run. CI keeps them; test/house breaks each. */

/** The rooms of the product, and what each may call. All of them may use contracts, shared and the platform. */
const mayCall = {
  auth: [],
  nodes: ['auth'],
  live: ['auth', 'nodes'],
  conference: ['auth', 'nodes'],
  mixing: ['auth', 'live', 'conference', 'nodes'],
  im: ['auth', 'live'],
  'co-host': ['auth', 'mixing', 'conference', 'live', 'im'],
  pk: ['auth', 'live', 'im', 'co-host'],
  'bypass-live': ['auth', 'mixing', 'conference', 'live', 'im'],
  // The last three stand above all others: nobody calls them.
  signals: ['conference', 'mixing', 'live', 'im'],
  webhooks: ['auth', 'nodes', 'live', 'conference', 'mixing', 'im', 'co-host', 'pk', 'bypass-live'],
  demo: ['auth'],
};
const rooms = Object.keys(mayCall).join('|');

/** The platform. These four know no room; the others ask who calls, or listen to events. */
const roomless = 'config|common|database|queue';
const platformMayCall = {
  idempotency: ['auth'],
  audit: ['auth'],
  health: ['auth', 'nodes'],
  metrics: ['auth', 'nodes', 'live', 'co-host', 'pk'],
};

const roomRules = Object.entries(mayCall).map(([room, callees]) => ({
  name: `${room}-calls-downward`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${rooms})/`, pathNot: `^src/(${[room, ...callees].join('|')})/` },
}));

const platformRules = Object.entries(platformMayCall).map(([room, callees]) => ({
  name: `platform-${room}-calls-downward`,
  severity: 'error',
  from: { path: `^src/platform/${room}/` },
  to: { path: `^src/(${rooms})/`, pathNot: `^src/(${callees.join('|')})/` },
}));

/**
 * The floors of the media plane, from the ground up: codec, stream, the translators, the rooms, node. Each calls those
 * below it; `contract` is everybody's. What stands on one floor does not meet there, but in stream and contract. Those
 * with an index are entered by it; the others are sets of parts.
 */
const translators = 'webrtc|playout|ffmpeg|rtmp|http';
const mediaRooms = 'origin|mas|whip|mixer';
const mediaPackages = '@napi-rs/canvas|node-av|node-datachannel|werift|ws|zod';
const mediaRules = [
  {
    name: 'media-contract-knows-contracts-only',
    from: { path: '^src/media/contract/' },
    to: { path: '^src/', pathNot: '^src/(media/contract|contracts)/' },
  },
  {
    name: 'media-codec-is-the-ground',
    from: { path: '^src/media/codec/' },
    to: { path: '^src/media/', pathNot: '^src/media/(codec|contract)/' },
  },
  {
    name: 'media-stream-stands-on-codec',
    from: { path: '^src/media/stream/' },
    to: { path: '^src/media/', pathNot: '^src/media/(stream|codec|contract)/' },
  },
  {
    name: 'media-translators-do-not-meet',
    from: { path: `^src/media/(${translators})/` },
    to: { path: '^src/media/', pathNot: '^src/media/($1|stream|codec|contract)/' },
  },
  {
    name: 'media-rooms-of-one-rank-do-not-meet',
    from: { path: `^src/media/(${mediaRooms})/` },
    to: { path: '^src/media/', pathNot: `^src/media/($1|${translators}|stream|codec|contract)/` },
  },
  {
    name: 'media-by-the-index',
    from: { path: '^src/(media/[^/]+|[^/]+)' },
    to: {
      path: `^src/media/(?:node|${mediaRooms}|rtmp|stream)/`,
      pathNot: ['^src/$1/', '^src/media/[^/]+/index\\.ts$'],
    },
  },
  {
    name: 'media-is-plain-typescript',
    comment: 'These packages and no other.',
    from: { path: '^src/media/' },
    to: { path: 'node_modules/', pathNot: `node_modules/(@types/)?(${mediaPackages})/` },
  },
  {
    name: 'media-ffmpeg-alone-knows-node-av',
    from: { path: '^src/media/', pathNot: '^src/media/ffmpeg/' },
    to: { path: 'node_modules/node-av/' },
  },
  {
    name: 'media-webrtc-alone-knows-its-adapters',
    from: { path: '^src/media/', pathNot: '^src/media/webrtc/transport/' },
    to: { path: 'node_modules/(node-datachannel|werift)/' },
  },
].map((rule) => ({ severity: 'error', ...rule }));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'rooms-by-the-index',
      comment: 'Another room is entered by its index.ts only.',
      severity: 'error',
      from: { path: `^src/(${rooms})/` },
      to: { path: `^src/(?:${rooms})/`, pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'platform-by-the-index',
      comment:
        'A folder of the platform is entered by its index.ts only; roles and demo may run without Nest and pick files.',
      severity: 'error',
      from: { path: '^src/(?!platform/|roles/|demo/|main\\.ts)' },
      to: { path: '^src/platform/', pathNot: '^src/platform/([^/]+/index|core\\.module)\\.ts$' },
    },
    ...roomRules,
    ...platformRules,
    {
      name: 'platform-knows-no-room',
      severity: 'error',
      from: { path: `^src/platform/(${roomless})/` },
      to: { path: `^src/(${rooms}|media)/` },
    },
    {
      name: 'roles-are-the-top',
      comment: 'They compose processes; nothing else knows what a process is made of.',
      severity: 'error',
      from: { path: '^src/(?!roles/|main\\.ts)' },
      to: { path: '^src/(roles/|(main|app\\.module)\\.ts)' },
    },
    {
      name: 'control-sees-the-contract',
      comment: 'Of media only. The demo is a client that sends packets.',
      severity: 'error',
      from: { path: '^src/(?!media/|roles/|demo/)' },
      to: { path: '^src/media/', pathNot: '^src/media/contract/index\\.ts$' },
    },
    {
      name: 'media-sees-no-control',
      severity: 'error',
      from: { path: '^src/media/' },
      to: { path: `^src/(?!media/|contracts/|shared/)` },
    },
    ...mediaRules,
    {
      name: 'web-knows-contracts-only',
      comment: 'And the pure functions that server and pages share.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/', pathNot: '^src/(contracts|shared)/' },
    },
    {
      name: 'shared-is-pure',
      comment: 'Runs in Node and in browsers: contracts only, no package.',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { path: '.', pathNot: '^src/(contracts|shared)/' },
    },
    {
      name: 'contracts-are-alone',
      severity: 'error',
      from: { path: '^src/contracts/' },
      to: { path: '^src/', pathNot: '^src/contracts/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
