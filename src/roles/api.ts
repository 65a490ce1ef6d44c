import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { setTimeout as delay } from 'node:timers/promises';
import { AppModule } from '../app.module';
import { LoginLinkFacade, Signer } from '../auth';
import { NestLog } from '../platform/common';
import { type Config, type RuntimeConfig } from '../platform/config/config';
import { migrate } from '../platform/database';
import { NodesFacade } from '../nodes';
import { ReadinessCheck } from '../platform/health';
import { migrateQueues } from '../platform/queue';
import { configureHttp } from './http/http';
import { type ProcessLife, StartError } from './process/process-life';
import { assertPortsFree, portError } from './process/ports';
import { requireGiven } from './process/required-config';

const READY_TIMEOUT_MS = 20_000;

/** ROLE=api: the API alone, on a database and media nodes that run elsewhere. */
export async function startApiRole(config: Config, life: ProcessLife): Promise<void> {
  const runtime = requireGiven(config, ['DATABASE_URL', 'AUTH_SECRET', 'API_KEY']);
  await assertPortsFree(config, ['HTTP_PORT']);
  await startApi(runtime, life);
}

/** The API once its port is open. */
export interface Api {
  /** Resolves when a media node has reported and the queues answer. @throws StartError when that takes too long */
  untilReady(): Promise<void>;
  /** NODE_KEY of the media node on this machine. */
  nodeKey: string;
  /** A link that opens the pages as an admin, once. */
  adminLink(): Promise<string>;
}

/** Migrates the database, then serves the API and the pages; resolves when the port is open. */
export async function startApi(config: RuntimeConfig, life: ProcessLife): Promise<Api> {
  await migrate(config.DATABASE_URL);
  await migrateQueues(config);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(config), {
    logger: new NestLog(),
    abortOnError: false,
    bodyParser: false,
    forceCloseConnections: true,
  });
  life.onEnd('api', () => app.close());
  // Runs before the above: new requests are refused first, then mixers end, then the rest.
  life.onEnd('listening', () => void app.getHttpServer().close());
  configureHttp(app, config);
  // Readiness waits for the media process of this start; the last one may have reported seconds ago.
  if (config.ROLE === 'all') await app.get(NodesFacade, { strict: false }).forget(config.NODE_ID);
  try {
    await app.listen(config.HTTP_PORT, config.HOST);
  } catch (error) {
    throw portError('HTTP_PORT', config.HTTP_PORT, error);
  }
  return {
    nodeKey: app.get(Signer, { strict: false }).nodeKey(config.NODE_ID),
    untilReady: () => untilReady(app.get(ReadinessCheck, { strict: false })),
    adminLink: async () => {
      const admin = { userId: 'admin', name: 'Admin', role: 'admin' } as const;
      return (await app.get(LoginLinkFacade, { strict: false }).create(admin)).url;
    },
  };
}

async function untilReady(check: ReadinessCheck): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const { status, checks } = await check.readiness();
    if (status === 'ready') return;
    if (Date.now() > deadline) {
      throw new StartError(`not ready within ${READY_TIMEOUT_MS / 1000} s: ${JSON.stringify(checks)}`);
    }
    await delay(50);
  }
}
