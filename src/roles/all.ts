import { resolve } from 'node:path';
import { Log } from '../platform/common/telemetry/logger';
import { type Config, type RuntimeConfig } from '../platform/config/config';
import { EmbeddedPostgres } from '../platform/database/embedded-postgres';
import { DataDir } from './process/data-dir';
import { type ProcessLife, StartError } from './process/process-life';
import { MediaProcess } from './media-process';
import { assertPortsFree } from './process/ports';

/** ROLE=all: everything on this machine, from one command. Resolves when requests are served. */
export async function startAll(config: Config, life: ProcessLife): Promise<void> {
  const dataDir = DataDir.open(resolve(config.DATA_DIR), config.PUBLIC_URL);
  life.onEnd('data folder', () => dataDir.close());
  await assertPortsFree(config, ['HTTP_PORT', 'MEDIA_HTTP_PORT', 'RTMP_PORT', 'MAS_UDP_PORT']);
  // Nest takes its time to load: meanwhile Postgres starts.
  const [runtime, { startApi }] = await Promise.all([complete(config, dataDir, life), import('./api.js')]);
  const media = new MediaProcess(require.resolve('../main'));
  life.onEnd('media process', () => media.stop());
  const api = await startApi(runtime, life);
  await media.start(api.nodeKey);
  await api.untilReady();
  process.stdout.write(summary(runtime, await api.adminLink()));
}

/** Adds what was not given: secrets that are made once, and a database of our own. */
async function complete(config: Config, dataDir: DataDir, life: ProcessLife): Promise<RuntimeConfig> {
  const { authSecret, apiKey } = dataDir.secrets();
  const database = config.DATABASE_URL
    ? { DATABASE_URL: config.DATABASE_URL }
    : await startPostgres(`${dataDir.path}/postgres`, life);
  return Object.freeze({
    ...config,
    ...database,
    AUTH_SECRET: config.AUTH_SECRET ?? authSecret,
    API_KEY: config.API_KEY ?? apiKey,
  });
}

async function startPostgres(
  dir: string,
  life: ProcessLife,
): Promise<Pick<RuntimeConfig, 'DATABASE_URL' | 'DATABASE_DIR'>> {
  const startedAt = Date.now();
  const server = await EmbeddedPostgres.start({ dir });
  life.onEnd('postgres', () => server.stop());
  void server.exited.then((code) => {
    if (!life.isEnding)
      life.fail(new StartError(`the embedded Postgres ended by itself (exit code ${code})`));
  });
  new Log('database').info({ startMs: Date.now() - startedAt }, 'embedded Postgres is up');
  return { DATABASE_URL: server.url, DATABASE_DIR: dir };
}

function summary(config: RuntimeConfig, loginUrl: string): string {
  return `
  Lianmai is up.

  Console   ${loginUrl}
            (opens once, within ten minutes; start again for another link)
  API       ${config.PUBLIC_URL}/v1
  RTMP      ${config.RTMP_PUBLIC_URL}  (a channel's own address: its page, or POST /v1/channels/:id/push-url)
  API key   in ${resolve(config.DATA_DIR)}/secrets.json

  Ctrl-C stops everything.

`;
}
