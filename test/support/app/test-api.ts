import { type ModuleMetadata, Module, type Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { DataSource } from 'typeorm';
import { AppModule } from '../../../src/app.module';
import { AuthModule, Signer } from '../../../src/auth';
import { EventBus, NestLog } from '../../../src/platform/common';
import { readConfig, type RuntimeConfig } from '../../../src/platform/config';
import { CoreModule } from '../../../src/platform/core.module';
import { SNAPSHOT_PATH } from '../../../src/live';
import { MIXER_PATH, PREVIEW_PATH } from '../../../src/mixing';
import { configureHttp } from '../../../src/roles/http/http';
import { prepareDatabase } from '../database/test-database';
import { ApiClient } from './api-client';

/** Mixer processes that mix nothing. */
export const FAKE_MIXER = join(__dirname, '../fakes/fake-mixer.cjs');

/** The compiled programs: nothing of them is loaded before somebody asks for a preview, or a snapshot. */
const PREVIEW = resolve('dist/src/roles/preview-process.js');

const SNAPSHOTS = resolve('dist/src/roles/snapshot-process.js');

type Rooms = NonNullable<ModuleMetadata['imports']>;
type Facade<T> = abstract new (...args: never[]) => T;

export interface TestApiOptions {
  config?: Partial<RuntimeConfig>;
  /** Of several processes, or of one that starts again. Default: one of its own, dropped when it stops. */
  databaseUrl?: string;
  /** The rooms under test. Default: the whole AppModule. */
  rooms?: Rooms;
  /** What takes the place of rooms. */
  fakes?: FakeRoom[];
  /** Program of the mixers, where this process runs some. */
  mixerPath?: string;
}

/** A room and the module in its place. */
export interface FakeRoom {
  room: Type;
  module: Type;
}

/** In the place of `room`: one object behind all of its facades. */
export function fakeRoom(room: Type, facades: Facade<unknown>[], fake: object): FakeRoom {
  @Module({ providers: facades.map((provide) => ({ provide, useValue: fake })), exports: facades })
  class FakeRoomModule {}
  return { room, module: FakeRoomModule };
}

/** What every process of a test is configured with: they share their secrets. */
export function testConfig(databaseUrl: string, given: Partial<RuntimeConfig> = {}): RuntimeConfig {
  return {
    ...readConfig({}),
    AUTH_SECRET: 'a'.repeat(32),
    API_KEY: 'k'.repeat(32),
    PUBLIC_URL: 'http://console.test',
    // Whatever machine it runs on.
    MIXER_CORES: 64,
    ...given,
    DATABASE_URL: databaseUrl,
  };
}

/** One API process inside the test's: the rooms under test, on a real database, with HTTP and sockets on a free port. */
export class TestApi extends ApiClient {
  private constructor(
    readonly app: NestExpressApplication,
    readonly config: RuntimeConfig,
    url: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {
    super(url, app.get(Signer, { strict: false }));
  }

  static async start(options: TestApiOptions = {}): Promise<TestApi> {
    const database = options.databaseUrl
      ? { url: options.databaseUrl, drop: () => Promise.resolve() }
      : await prepareDatabase();
    const config = testConfig(database.url, options.config);
    const app = await open(config, options);
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new TestApi(app, config, `http://127.0.0.1:${port}`, () => database.drop());
  }

  get bus(): EventBus {
    return this.app.get(EventBus, { strict: false });
  }

  /** A provider of any room. */
  get<T>(token: Facade<T>): T {
    return this.app.get(token, { strict: false });
  }

  sql<T = unknown>(query: string, parameters: unknown[] = []): Promise<T> {
    return this.get(DataSource).query(query, parameters);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.dropDatabase();
  }
}

async function open(
  config: RuntimeConfig,
  { rooms, fakes = [], mixerPath = FAKE_MIXER }: TestApiOptions,
): Promise<NestExpressApplication> {
  const imports = rooms ? [CoreModule.with(config), AuthModule, ...rooms] : [AppModule.with(config)];
  const builder = Test.createTestingModule({ imports })
    .setLogger(new NestLog())
    .overrideProvider(MIXER_PATH)
    .useValue(mixerPath)
    .overrideProvider(PREVIEW_PATH)
    .useValue(PREVIEW)
    .overrideProvider(SNAPSHOT_PATH)
    .useValue(SNAPSHOTS);
  for (const { room, module } of fakes) builder.overrideModule(room).useModule(module);
  const module = await builder.compile();
  const app = module.createNestApplication<NestExpressApplication>({
    logger: new NestLog(),
    bodyParser: false,
    forceCloseConnections: true,
  });
  configureHttp(app, config);
  await app.listen(0, '127.0.0.1');
  return app;
}
