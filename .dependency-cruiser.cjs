/** The rules of the house (docs/architecture.md): which way the arrows run. CI keeps them; test/architecture breaks each. */

/** The rooms of the product, and what each may call. All of them may use contracts, shared and the platform. */
const mayCall = {
  auth: [],
  nodes: ['auth'],
  live: ['auth', 'nodes'],
  quality: ['auth', 'live'],
  conference: ['auth', 'nodes'],
  mixing: ['auth', 'live', 'conference', 'nodes'],
  im: ['auth', 'live'],
  'co-host': ['auth', 'mixing', 'conference', 'live', 'im'],
  pk: ['auth', 'live', 'im', 'co-host'],
  'bypass-live': ['auth', 'mixing', 'conference', 'live', 'im'],
  // The last three stand above all others: nobody calls them. Signals and webhooks take events and views of rooms, and
  // what they need to say whom it concerns (a facade's `find`, a guard); a room's index has all of it.
  signals: ['conference', 'mixing', 'live', 'im'],
  webhooks: ['auth', 'nodes', 'live', 'conference', 'mixing', 'im', 'co-host', 'pk', 'bypass-live'],
  demo: ['auth'],
};
const rooms = Object.keys(mayCall).join('|');

/** The ground of the platform, from below; no room is known there. */
const ground = ['processes', 'config', 'common', 'database', 'queue'];
/** Above it, side by side: who asks which room who calls, or for its events. */
const platformMayCall = {
  idempotency: ['auth'],
  audit: ['auth'],
  retention: [],
  health: ['auth', 'nodes'],
  metrics: ['auth', 'nodes', 'live', 'quality', 'co-host', 'pk'],
  overview: ['auth'],
};

const roomRules = Object.entries(mayCall).map(([room, callees]) => ({
  name: `${room}-calls-downward`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: `^src/(${rooms})/`, pathNot: `^src/(${[room, ...callees].join('|')})/` },
}));

/** A folder of the platform calls these folders of it, and these rooms. */
const platformRule = (folder, below, callees = []) => ({
  name: `platform-${folder}-calls-downward`,
  severity: 'error',
  from: { path: `^src/platform/${folder}/` },
  to: {
    path: '^src/',
    pathNot: `^src/(${['contracts', 'shared', ...callees].join('|')}|platform/(${[folder, ...below].join('|')}))/`,
  },
});

const platformRules = [
  ...ground.map((folder, floor) => platformRule(folder, ground.slice(0, floor))),
  ...Object.entries(platformMayCall).map(([folder, callees]) => platformRule(folder, ground, callees)),
  {
    name: 'platform-core-is-the-ground',
    comment: 'What every process with Nest is built on.',
    severity: 'error',
    from: { path: '^src/platform/core\\.module\\.ts$' },
    to: { path: '^src/', pathNot: `^src/platform/(${ground.join('|')})/` },
  },
  {
    name: 'platform-core-is-for-compositions',
    severity: 'error',
    from: { path: '^src/(?!roles/|app\\.module\\.ts$)' },
    to: { path: '^src/platform/core\\.module\\.ts$' },
  },
];

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
      comment: 'A room is entered by its index.ts only, whoever comes.',
      severity: 'error',
      from: { path: '^src/([^/]+)', pathNot: '^src/roles/media\\.ts$' },
      to: { path: `^src/(?:${rooms})/`, pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    {
      name: 'media-process-loads-no-nest',
      comment: "It knows keys that verify, and by their file: a room's index loads Nest.",
      severity: 'error',
      from: { path: '^src/roles/media\\.ts$' },
      to: {
        path: [`^src/(${rooms})/`, 'node_modules/@nestjs/'],
        pathNot: '^src/auth/tokens/(media-verifier|node-key)\\.ts$',
      },
    },
    {
      name: 'children-by-one-door',
      comment: 'Which gives no child our environment.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/platform/processes/' },
      to: { path: '^(node:)?child_process$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'entities-stay-in-their-room',
      comment: 'Other rooms hold ids, and get records and views; no index gives out a table.',
      severity: 'error',
      from: { path: '^src/(platform/)?[^/]+/index\\.ts$' },
      to: { path: '\\.entity\\.ts$' },
    },
    {
      name: 'platform-by-the-index',
      comment:
        'A folder of the platform is entered by its index.ts only. Roles and synthetic people may run without Nest, which an index may load, and pick files.',
      severity: 'error',
      from: { path: '^src/(?!platform/[^/]+/|roles/|demo/(synthetic/|cli\\.ts$)|main\\.ts$)' },
      to: { path: '^src/platform/', pathNot: '^src/platform/([^/]+/index|core\\.module)\\.ts$' },
    },
    {
      name: 'platform-by-the-index-within',
      severity: 'error',
      from: { path: '^src/platform/([^/]+)/' },
      to: { path: '^src/platform/[^/]+/', pathNot: ['^src/platform/$1/', '^src/platform/[^/]+/index\\.ts$'] },
    },
    ...roomRules,
    ...platformRules,
    {
      name: 'roles-are-the-top',
      comment: 'They compose processes; nothing else knows what a process is made of.',
      severity: 'error',
      from: { path: '^src/(?!roles/|main\\.ts)' },
      to: { path: '^src/(roles/|(main|app\\.module)\\.ts)' },
    },
    {
      name: 'control-sees-the-contract',
      comment: 'Of media only. Synthetic people are clients that send packets.',
      severity: 'error',
      from: { path: '^src/(?!media/|roles/|platform/|demo/synthetic/)' },
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
      name: 'web-stands-on-the-client',
      comment: 'The pages run on what apps get, by its doors.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^sdk/', pathNot: '^sdk/src/(mix/)?index\\.ts$' },
    },
    {
      name: 'client-knows-contracts-only',
      comment: 'And the pure functions that server and devices share.',
      severity: 'error',
      from: { path: '^sdk/src/' },
      to: { path: '^(src|web)/', pathNot: '^src/(contracts|shared)/' },
    },
    {
      name: 'client-is-one-package',
      comment: 'What an app installs with it is Socket.IO. Only its part for backends knows Node.',
      severity: 'error',
      from: { path: '^sdk/src/(?!server/)' },
      to: {
        path: '.',
        pathNot: ['^sdk/src/(?!server/)', '^src/(contracts|shared)/', 'node_modules/socket.io-client/'],
      },
    },
    {
      name: 'client-leaves-the-mixer-apart',
      comment: 'It is a door of its own: an app that does not mix loads none of it.',
      severity: 'error',
      from: { path: '^sdk/src/(?!mix/)' },
      to: { path: '^sdk/src/mix/' },
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
      comment: 'Types only: no package, no module of Node.',
      severity: 'error',
      from: { path: '^src/contracts/' },
      to: { path: '.', pathNot: '^src/contracts/' },
    },
    {
      name: 'migrations-are-alone',
      comment: 'They run as they were written, whatever entities and services have become.',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '.', pathNot: 'node_modules/typeorm/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
