import { Global, Module, type Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { AddressInfo } from 'node:net';
import { DataSource } from 'typeorm';
import { AuthModule, Signer } from '../../../src/auth';
import {
  EventBus,
  NestLog,
  ProblemFilter,
  requestMiddleware,
  setLogLevel,
  validationPipe,
} from '../../../src/platform/common';
import { ConfigModule, readConfig, type RuntimeConfig } from '../../../src/platform/config';
import type { UserRole } from '../../../src/contracts';
import { NodesModule, NodesFacade } from '../../../src/nodes';
import { assertDocumented } from './api-document';
import { FakeNodes } from '../fakes/fake-nodes';
import { createTestDatabase } from '../database/postgres';

const secrets = { AUTH_SECRET: 'a'.repeat(32), API_KEY: 'k'.repeat(32) };

@Global()
@Module({ providers: [EventBus], exports: [EventBus] })
class BusModule {}

@Module({ providers: [{ provide: NodesFacade, useClass: FakeNodes }], exports: [NodesFacade] })
class FakeNodesModule {}

export interface Answer<T> {
  status: number;
  contentType: string;
  body: T;
}

/** The given rooms of the API on a database of their own, with HTTP and sockets on a free port and fake nodes. */
export class TestControl {
  readonly bus: EventBus;
  readonly nodes: FakeNodes;

  private constructor(
    readonly app: NestExpressApplication,
    readonly config: RuntimeConfig,
    readonly url: string,
    private readonly dropDatabase: () => Promise<void>,
  ) {
    this.bus = app.get(EventBus);
    this.nodes = app.get<NodesFacade, FakeNodes>(NodesFacade, { strict: false });
  }

  /** @param environment variables of the configuration */
  static async start(rooms: Type[], environment: Record<string, string> = {}): Promise<TestControl> {
    setLogLevel('silent');
    const database = await createTestDatabase();
    const config = {
      ...readConfig({ PUBLIC_URL: 'http://console.test', PRESENCE_GRACE_MS: '300', ...environment }),
      ...secrets,
      DATABASE_URL: database.url,
    };
    const module = await Test.createTestingModule({
      imports: [
        ConfigModule.with(config),
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: database.url,
          autoLoadEntities: true,
          synchronize: true,
          retryAttempts: 0,
        }),
        BusModule,
        AuthModule,
        FakeNodesModule,
        ...rooms,
      ],
    })
      .overrideModule(NodesModule)
      .useModule(FakeNodesModule)
      .compile();
    const app = module.createNestApplication<NestExpressApplication>({
      logger: new NestLog(),
      forceCloseConnections: true,
    });
    app.use(requestMiddleware);
    app.useGlobalPipes(validationPipe());
    app.useGlobalFilters(new ProblemFilter());
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    return new TestControl(app, config, `http://127.0.0.1:${port}`, () => database.drop());
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.dropDatabase();
  }

  sql(query: string): Promise<unknown> {
    return this.app.get(DataSource).query(query);
  }

  /** A user's token; `name` is made of the id. */
  token(userId: string, role: UserRole = 'user', ttlSeconds = 600): Promise<string> {
    return this.app.get(Signer).sign('api', { sub: userId, name: `name of ${userId}`, role }, ttlSeconds);
  }

  /** A JSON request; `T` is what the caller expects to be answered. */
  async request<T>(
    method: string,
    path: string,
    { token, body, headers }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Answer<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    assertDocumented(method, path, response.status, text ? JSON.parse(text) : undefined);
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: (text ? JSON.parse(text) : undefined) as T,
    };
  }
}
