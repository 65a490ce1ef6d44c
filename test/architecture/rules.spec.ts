import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** An import, as dependency-cruiser writes its ends: paths below the root; `fs` for a module of Node. */
type Arrow = [from: string, to: string];

/** Room -> one that it may not call. */
const upward = {
  auth: 'nodes',
  nodes: 'live',
  live: 'co-host',
  quality: 'im',
  conference: 'live',
  mixing: 'im',
  im: 'conference',
  'co-host': 'pk',
  pk: 'mixing',
  'bypass-live': 'co-host',
  signals: 'co-host',
  webhooks: 'signals',
  demo: 'live',
  'platform/processes': 'platform/config',
  'platform/config': 'platform/common',
  'platform/common': 'live',
  'platform/database': 'platform/queue',
  'platform/queue': 'platform/health',
  'platform/idempotency': 'platform/audit',
  'platform/audit': 'nodes',
  'platform/retention': 'live',
  'platform/health': 'live',
  'platform/metrics': 'im',
  'platform/overview': 'live',
};

/** Rule -> arrows that break this rule and no other. */
const illegal: Record<string, Arrow[]> = {
  'no-cycles': [['src/platform/common/caller.ts', 'src/platform/common/caller.ts']],
  ...Object.fromEntries(
    Object.entries(upward).map(([room, above]): [string, Arrow[]] => [
      `${room.replace('/', '-')}-calls-downward`,
      [[`src/${room}/caller.ts`, `src/${above}/index.ts`]],
    ]),
  ),
  'platform-core-is-the-ground': [['src/platform/core.module.ts', 'src/platform/audit/index.ts']],
  'platform-core-is-for-compositions': [['src/live/caller.ts', 'src/platform/core.module.ts']],
  'rooms-by-the-index': [
    ['src/co-host/caller.ts', 'src/mixing/task/mix-task.repository.ts'],
    ['src/pk/caller.ts', 'src/live/live.facade.ts'],
    ['src/platform/metrics/caller.ts', 'src/live/live.events.ts'],
    ['src/roles/caller.ts', 'src/auth/tokens/signer.ts'],
    ['src/app.module.ts', 'src/pk/pk.module.ts'],
  ],
  'media-process-loads-no-nest': [
    ['src/roles/media.ts', 'src/auth/index.ts'],
    ['src/roles/media.ts', 'src/auth/tokens/signer.ts'],
    ['src/roles/media.ts', 'node_modules/@nestjs/core/index.js'],
  ],
  'children-by-one-door': [
    ['src/roles/caller.ts', 'child_process'],
    ['src/mixing/caller.ts', 'child_process'],
  ],
  'entities-stay-in-their-room': [
    ['src/im/index.ts', 'src/im/chat/chat.entity.ts'],
    ['src/platform/audit/index.ts', 'src/platform/audit/audit.entity.ts'],
  ],
  'platform-by-the-index': [
    ['src/live/caller.ts', 'src/platform/common/event-bus.ts'],
    ['src/app.module.ts', 'src/platform/audit/audit.repository.ts'],
    ['src/demo/caller.ts', 'src/platform/common/logger.ts'],
    ['src/platform/core.module.ts', 'src/platform/queue/backend.ts'],
  ],
  'platform-by-the-index-within': [['src/platform/audit/caller.ts', 'src/platform/common/event-bus.ts']],
  'roles-are-the-top': [
    ['src/live/caller.ts', 'src/roles/api.ts'],
    ['src/demo/caller.ts', 'src/app.module.ts'],
  ],
  'control-sees-the-contract': [
    ['src/live/caller.ts', 'src/media/origin/index.ts'],
    ['src/nodes/caller.ts', 'src/media/contract/node.ts'],
    ['src/demo/caller.ts', 'src/media/rtmp/index.ts'],
  ],
  'media-sees-no-control': [
    ['src/media/origin/caller.ts', 'src/live/index.ts'],
    ['src/media/mas/caller.ts', 'src/platform/common/index.ts'],
  ],
  'media-by-the-index': [
    ['src/media/node/caller.ts', 'src/media/origin/hls/segmenter.ts'],
    ['src/media/whip/caller.ts', 'src/media/stream/unit.ts'],
    ['src/roles/caller.ts', 'src/media/mixer/mix.ts'],
    ['src/demo/synthetic/caller.ts', 'src/media/node/media-node.ts'],
  ],
  'media-is-plain-typescript': ['@nestjs/common', 'typeorm', 'socket.io', 'express', 'lodash'].map((name) => [
    'src/media/node/caller.ts',
    `node_modules/${name}/index.js`,
  ]),
  'media-contract-knows-contracts-only': [
    ['src/media/contract/caller.ts', 'src/media/codec/h264/h264.ts'],
    ['src/media/contract/caller.ts', 'src/shared/layout.ts'],
  ],
  'media-codec-is-the-ground': [['src/media/codec/rtp/caller.ts', 'src/media/stream/index.ts']],
  'media-stream-stands-on-codec': [['src/media/stream/caller.ts', 'src/media/playout/audio-ring.ts']],
  'media-translators-do-not-meet': [
    ['src/media/webrtc/caller.ts', 'src/media/rtmp/index.ts'],
    ['src/media/playout/caller.ts', 'src/media/ffmpeg/av.ts'],
    ['src/media/rtmp/caller.ts', 'src/media/origin/index.ts'],
  ],
  'media-rooms-of-one-rank-do-not-meet': [
    ['src/media/whip/caller.ts', 'src/media/mas/index.ts'],
    ['src/media/mixer/caller.ts', 'src/media/origin/index.ts'],
    ['src/media/origin/caller.ts', 'src/media/node/index.ts'],
  ],
  'media-ffmpeg-alone-knows-node-av': [['src/media/mixer/caller.ts', 'node_modules/node-av/index.js']],
  'media-webrtc-alone-knows-its-adapters': [
    ['src/media/mas/caller.ts', 'node_modules/node-datachannel/index.js'],
    ['src/media/webrtc/receive/caller.ts', 'node_modules/werift/index.js'],
  ],
  'web-knows-contracts-only': [
    ['web/src/lib/caller.ts', 'src/live/index.ts'],
    ['web/src/pages/CallerPage.vue', 'src/media/codec/h264/h264.ts'],
  ],
  'web-stands-on-the-client': [
    ['web/src/lib/caller.ts', 'sdk/src/client.ts'],
    ['web/src/lib/caller.ts', 'sdk/src/mix/stream-mixer.ts'],
  ],
  'client-knows-contracts-only': [
    ['sdk/src/server/caller.ts', 'src/live/index.ts'],
    ['sdk/src/server/caller.ts', 'web/src/main.ts'],
  ],
  'client-is-one-package': [
    ['sdk/src/call/caller.ts', 'node_modules/ws/index.js'],
    ['sdk/src/call/caller.ts', 'fs'],
    ['sdk/src/call/caller.ts', 'sdk/src/server/index.ts'],
  ],
  'client-leaves-the-mixer-apart': [['sdk/src/publish/caller.ts', 'sdk/src/mix/index.ts']],
  'shared-is-pure': [
    ['src/shared/caller.ts', 'node_modules/ws/index.js'],
    ['src/shared/caller.ts', 'fs'],
    ['src/shared/caller.ts', 'src/live/index.ts'],
  ],
  'contracts-are-alone': [
    ['src/contracts/caller.ts', 'src/shared/layout.ts'],
    ['src/contracts/caller.ts', 'node_modules/ws/index.js'],
    ['src/contracts/caller.ts', 'fs'],
  ],
  'migrations-are-alone': [
    ['migrations/caller.ts', 'src/live/index.ts'],
    ['migrations/caller.ts', 'src/live/channel.entity.ts'],
    ['migrations/caller.ts', 'migrations/1-other.ts'],
  ],
};

const legal: Arrow[] = [
  ['src/main.ts', 'src/roles/all.ts'],
  ['src/roles/all.ts', 'src/app.module.ts'],
  ['src/roles/all.ts', 'src/media/node/index.ts'],
  ['src/roles/all.ts', 'src/platform/database/embedded-postgres/index.ts'],
  ['src/roles/all.ts', 'src/platform/core.module.ts'],
  ['src/roles/media.ts', 'src/auth/tokens/media-verifier.ts'],
  ['src/roles/media.ts', 'src/platform/common/logger.ts'],
  ['src/platform/processes/index.ts', 'child_process'],
  ['src/app.module.ts', 'src/pk/index.ts'],
  ['src/app.module.ts', 'src/signals/index.ts'],
  ['src/pk/index.ts', 'src/co-host/index.ts'],
  ['src/signals/index.ts', 'src/im/index.ts'],
  ['src/co-host/index.ts', 'src/co-host/session/session-flow.ts'],
  ['src/co-host/session/session-flow.ts', 'src/mixing/index.ts'],
  ['src/mixing/index.ts', 'src/live/index.ts'],
  ['src/im/index.ts', 'src/live/index.ts'],
  ['src/live/index.ts', 'src/nodes/index.ts'],
  ['src/live/index.ts', 'src/shared/layout.ts'],
  ['src/nodes/index.ts', 'src/auth/index.ts'],
  ['src/nodes/index.ts', 'src/media/contract/index.ts'],
  ['src/auth/index.ts', 'src/platform/common/index.ts'],
  ['src/auth/index.ts', 'node_modules/@nestjs/common/index.js'],
  ['src/platform/metrics/index.ts', 'src/pk/index.ts'],
  ['src/platform/metrics/index.ts', 'src/platform/queue/index.ts'],
  ['src/platform/core.module.ts', 'src/platform/queue/index.ts'],
  ['src/platform/queue/index.ts', 'src/platform/database/index.ts'],
  ['src/platform/database/index.ts', 'src/platform/common/index.ts'],
  ['src/platform/common/index.ts', 'src/platform/config/index.ts'],
  ['src/platform/common/index.ts', 'src/contracts/index.ts'],
  ['src/demo/cli.ts', 'src/platform/common/logger.ts'],
  ['src/demo/synthetic/synthetic-person.ts', 'src/platform/common/logger.ts'],
  ['src/demo/synthetic/synthetic-person.ts', 'src/media/rtmp/index.ts'],
  ['migrations/1-first.ts', 'node_modules/typeorm/index.js'],
  ['src/live/live.facade.ts', 'src/live/channel.entity.ts'],
  ['src/media/node/index.ts', 'src/media/origin/index.ts'],
  ['src/media/origin/index.ts', 'src/contracts/index.ts'],
  ['src/media/origin/index.ts', 'src/media/rtmp/index.ts'],
  ['src/media/rtmp/index.ts', 'src/media/stream/index.ts'],
  ['src/media/stream/index.ts', 'src/media/codec/h264/h264.ts'],
  ['src/media/codec/h264/h264.ts', 'src/media/codec/rtp/rtp.ts'],
  ['src/media/origin/index.ts', 'src/media/origin/hub.ts'],
  ['src/media/mas/index.ts', 'src/media/webrtc/peer.ts'],
  ['src/media/mas/index.ts', 'node_modules/ws/index.js'],
  ['src/media/ffmpeg/av.ts', 'node_modules/node-av/index.js'],
  ['src/media/webrtc/transport/werift.ts', 'node_modules/werift/index.js'],
  ['src/media/contract/index.ts', 'src/contracts/index.ts'],
  ['src/shared/layout.ts', 'src/contracts/index.ts'],
  ['web/src/main.ts', 'web/src/App.vue'],
  ['web/src/App.vue', 'src/contracts/index.ts'],
  ['web/src/main.ts', 'src/shared/layout.ts'],
  ['web/src/main.ts', 'sdk/src/index.ts'],
  ['sdk/src/index.ts', 'src/contracts/index.ts'],
  ['sdk/src/index.ts', 'node_modules/socket.io-client/index.js'],
  ['sdk/src/server/index.ts', 'fs'],
  ['sdk/src/mix/index.ts', 'sdk/src/publish/mixer.ts'],
  ['web/src/main.ts', 'sdk/src/mix/index.ts'],
];

const root = join(__dirname, '../..');

function importOf([from, to]: Arrow): string {
  if (to.startsWith('node_modules/')) return dirname(to).slice('node_modules/'.length);
  if (!to.includes('/')) return `node:${to}`;
  const path = relative(dirname(from), to).replace(/\.ts$/, '');
  return path.startsWith('.') ? path : `./${path}`;
}

function source(file: string, arrows: Arrow[]): string {
  const imports = arrows.map((arrow) => `import '${importOf(arrow)}';\n`).join('');
  return file.endsWith('.vue') ? `<script setup lang="ts">\n${imports}</script>\n` : `${imports}export {};\n`;
}

/** Makes a tree of these imports in a temporary folder and runs `work` there. */
function inTree<T>(arrows: Arrow[], work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'lianmai-architecture-'));
  try {
    const files = new Set(arrows.flat().filter((file) => file.includes('/')));
    for (const file of [
      'src/main.ts',
      'web/src/main.ts',
      'sdk/src/main.ts',
      'migrations/0-none.ts',
      ...files,
    ]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      const own = arrows.filter(([from]) => from === file);
      writeFileSync(join(folder, file), source(file, own));
    }
    writeFileSync(join(folder, 'tsconfig.json'), '{}');
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `from -> to: rule` of each broken rule, as `npm run lint` would find them in such a tree. */
function broken(arrows: Arrow[]): string[] {
  const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const options = ['--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json'];
  const report = inTree(arrows, (cwd) =>
    execFileSync(process.execPath, [bin, 'src', 'sdk/src', 'web/src', 'migrations', ...options], {
      cwd,
      encoding: 'utf8',
    }),
  );
  const { summary } = JSON.parse(report) as {
    summary: { violations: { from: string; to: string; rule: { name: string } }[] };
  };
  return summary.violations.map(({ from, to, rule }) => `${from} -> ${to}: ${rule.name}`).sort();
}

interface Rule {
  name: string;
  from: Ends;
  to: Ends;
}

interface Ends {
  path?: string | string[];
  pathNot?: string | string[];
}

const { forbidden: rules } = jest.requireActual<{ forbidden: Rule[] }>('../../.dependency-cruiser.cjs');

/** The folders' names in the patterns of the rules. */
function namesIn(some: Rule[]): Set<string> {
  const patterns = some.flatMap(({ from, to }) => [from.path, from.pathNot, to.path, to.pathNot].flat());
  return new Set(patterns.flatMap((pattern) => pattern?.split(/[^\w-]+/) ?? []));
}

function foldersOf(path: string): string[] {
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

describe('the rules of the house', () => {
  it('have a case each', () => {
    expect(Object.keys(illegal).sort()).toEqual(rules.map(({ name }) => name).sort());
  });

  it('are each broken by the arrows that they forbid, and by nothing else', () => {
    const cases = Object.entries(illegal).flatMap(([rule, arrows]) =>
      arrows.map(([from, to]) => `${from} -> ${to}: ${rule}`),
    );
    expect(broken(Object.values(illegal).flat())).toEqual(cases.sort());
  });

  it('allow a tree that keeps to them', () => {
    expect(broken(legal)).toEqual([]);
  });

  it.each(['src', 'src/platform', 'src/media'])('name every folder of %s', (path) => {
    const about = rules.filter(({ name }) => path !== 'src/media' || name.startsWith('media-'));
    const named = namesIn(about);
    const unnamed = foldersOf(path).filter((name) => !named.has(name));
    expect(unnamed.map((name) => `${path}/${name}`)).toEqual([]);
  });
});
