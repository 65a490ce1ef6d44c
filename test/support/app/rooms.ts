/** Rooms of the control floor on a real database with real queues; media nodes and the live room are played. */
import { type INestApplication, Module, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AuthModule, type Caller, Signer } from '../../../src/auth';
import { EventBus, NestLog, ProblemFilter, setLogLevel, validationPipe } from '../../../src/platform/common';
import { readConfig, type RuntimeConfig } from '../../../src/platform/config';
import type { PushUrlView } from '../../../src/contracts';
import type { ConferenceSnapshot } from '../../../src/media/contract';
import { CoreModule } from '../../../src/platform/core.module';
import { dataSourceOptions } from '../../../src/platform/database';
import { type ChannelRecord, LiveModule, LiveFacade } from '../../../src/live';
import { MIXER_PATH } from '../../../src/mixing';
import { NodesModule, NodesFacade } from '../../../src/nodes';
import { migrateQueues } from '../../../src/platform/queue';
import { assertDocumented } from './api-document';
import { fakeNode, FakeNodes } from '../fakes/fake-nodes';
import { createTestDatabase } from '../database/postgres';

/** FakeNodes with what conferences ask of a node. */
export class PlayedNodes extends FakeNodes {
  readonly closed: string[] = [];
  readonly permissions: { memberId: string; audio: boolean; video: boolean }[] = [];
  override alive = [fakeNode('node-a')];

  closeConference(_nodeId: string, conferenceId: string): Promise<void> {
    this.closed.push(conferenceId);
    return Promise.resolve();
  }
  closeMember(_nodeId: string, _conferenceId: string, memberId: string): Promise<void> {
    this.closed.push(memberId);
    return Promise.resolve();
  }
  setPermissions(
    _nodeId: string,
    _conferenceId: string,
    memberId: string,
    p: { audio: boolean; video: boolean },
  ): Promise<void> {
    this.permissions.push({ memberId, ...p });
    return Promise.resolve();
  }
}

/** Every channel exists and belongs to `host`. */
export class PlayedLive {
  mixingMode: 'server' | 'client' = 'server';
  epochs = 1;

  get(id: string): Promise<Pick<ChannelRecord, 'id' | 'ownerId' | 'mixingMode'>> {
    return Promise.resolve({ id, ownerId: 'host', mixingMode: this.mixingMode });
  }
  beginMix(): Promise<number> {
    return Promise.resolve(++this.epochs);
  }
  mixPushUrl(channelId: string, epoch: number): Promise<PushUrlView> {
    const server = 'rtmp://hub.example/live';
    const key = `${channelId}?epoch=${epoch}`;
    const whip = { url: `http://hub.example/whip/${channelId}`, token: `${epoch}` };
    const expiresAt = new Date().toISOString();
    return Promise.resolve({ url: `${server}/${key}`, server, key, whip, expiresAt });
  }
  mixTarget(channelId: string, epoch: number): Promise<string> {
    return Promise.resolve(`rtmp://hub.example/live/${channelId}?epoch=${epoch}`);
  }
}

@Module({ providers: [{ provide: NodesFacade, useClass: PlayedNodes }], exports: [NodesFacade] })
class PlayedNodesModule {}

@Module({ providers: [{ provide: LiveFacade, useClass: PlayedLive }], exports: [LiveFacade] })
class PlayedLiveModule {}

export interface RoomsConfig {
  config: RuntimeConfig;
  drop(): Promise<void>;
}

/** Every process of a test shares its secrets. */
export function roomsConfig(databaseUrl: string): RuntimeConfig {
  return {
    ...readConfig({}),
    AUTH_SECRET: 'a'.repeat(32),
    API_KEY: 'k'.repeat(32),
    DATABASE_URL: databaseUrl,
  };
}

/** A database with all tables, and a configuration for it. */
export async function prepareRooms(given: Partial<RuntimeConfig> = {}): Promise<RoomsConfig> {
  setLogLevel('silent');
  const database = await createTestDatabase();
  const config = { ...roomsConfig(database.url), ...given };
  const db = await new DataSource(dataSourceOptions(database.url)).initialize();
  await db.synchronize();
  await db.destroy();
  await migrateQueues(config);
  return { config, drop: () => database.drop() };
}

export class Rooms {
  private constructor(
    readonly app: INestApplication,
    private readonly url: string,
  ) {}

  /** @param mixerPath entry of the mixer process, where MixingWorkerModule is among the modules */
  static async start(config: RuntimeConfig, modules: Type[], mixerPath = ''): Promise<Rooms> {
    const module = await Test.createTestingModule({
      imports: [CoreModule.with(config), AuthModule, ...modules],
    })
      .overrideModule(NodesModule)
      .useModule(PlayedNodesModule)
      .overrideModule(LiveModule)
      .useModule(PlayedLiveModule)
      .overrideProvider(MIXER_PATH)
      .useValue(mixerPath)
      .compile();
    const app = module.createNestApplication({ logger: new NestLog(), forceCloseConnections: true });
    app.useGlobalPipes(validationPipe());
    app.useGlobalFilters(new ProblemFilter());
    await app.listen(0, '127.0.0.1');
    return new Rooms(app, await app.getUrl());
  }

  get nodes(): PlayedNodes {
    return this.app.get<NodesFacade, PlayedNodes>(NodesFacade, { strict: false });
  }
  get live(): PlayedLive {
    return this.app.get<LiveFacade, PlayedLive>(LiveFacade, { strict: false });
  }
  get bus(): EventBus {
    return this.app.get(EventBus);
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  sql<T>(query: string, parameters: unknown[] = []): Promise<T> {
    return this.app.get(DataSource).query(query, parameters);
  }

  /** A JSON request of a user; `T` is what the caller expects to be answered. */
  async request<T>(
    caller: Caller,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: T }> {
    const claims = { sub: caller.userId, name: caller.name, role: caller.role };
    const token = await this.app.get(Signer).sign('api', claims, 600);
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assertDocumented(method, path, response.status, text ? JSON.parse(text) : undefined);
    return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T };
  }
}

export function person(userId: string, role: Caller['role'] = 'user'): Caller {
  return { userId, name: `name of ${userId}`, role };
}

/** What a node says about members of one conference; all of them connected with camera and microphone. */
export function holding(
  conferenceId: string,
  members: [memberId: string, userId: string][],
): ConferenceSnapshot {
  const on = { connected: true, audio: true, video: true };
  return { conferenceId, members: members.map(([memberId, userId]) => ({ memberId, userId, ...on })) };
}
