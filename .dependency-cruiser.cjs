/** The rules of the house (docs/architecture.md). A room is entered by its index.ts; no cycles; media sees no control. */
const rooms =
  'auth|nodes|live|conference|co-host|pk|bypass-live|mixing|im|idempotency|webhooks|metrics|audit';

/** Which rooms a room may call. Everything may use common, config and contracts. */
const mayCall = {
  auth: [],
  idempotency: ['auth'],
  nodes: ['auth'],
  live: ['auth', 'nodes'],
  conference: ['auth', 'nodes'],
  mixing: ['auth', 'live', 'conference', 'nodes'],
  im: ['auth', 'live'],
  // These only listen: nobody knows them.
  webhooks: ['auth', 'nodes', 'live', 'conference', 'mixing', 'im', 'co-host', 'pk', 'bypass-live'],
  metrics: ['auth', 'nodes', 'live', 'co-host', 'pk'],
  audit: ['auth'],
  'co-host': ['auth', 'mixing', 'conference', 'live', 'im'],
  pk: ['auth', 'live', 'im', 'co-host'],
  // `im` as in co-host: it tells those who asked to watch.
  'bypass-live': ['auth', 'mixing', 'conference', 'live', 'im'],
};

const roomRules = Object.entries(mayCall).map(([room, callees]) => ({
  name: `${room}-calls-downward`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: `^src/(${rooms})/`,
    pathNot: `^src/(${[room, ...callees].join('|')})/`,
  },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'rooms-by-the-door',
      comment: 'Another room is entered by its index.ts only.',
      severity: 'error',
      from: { path: `^src/(${rooms})/` },
      to: { path: `^src/(?:${rooms})/`, pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
    },
    ...roomRules,
    {
      name: 'common-knows-no-domain',
      severity: 'error',
      from: { path: '^src/(common|config|contracts)/' },
      to: { path: `^src/(${rooms}|media|roles|demo)/` },
    },
    {
      name: 'media-sees-no-control',
      severity: 'error',
      from: { path: '^src/media/' },
      to: { path: `^src/(?!media/|contracts/|shared/)` },
    },
    {
      name: 'media-is-plain-typescript',
      severity: 'error',
      from: { path: '^src/media/' },
      to: { path: 'node_modules/(@nestjs|typeorm|bullmq|socket\\.io|pg|ioredis)/' },
    },
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
