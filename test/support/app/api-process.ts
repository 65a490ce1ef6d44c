import { ModulesContainer } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { AddressInfo } from 'node:net';
import { AppModule } from '../../../src/app.module';
import { Signer, type TokenClaims } from '../../../src/auth';
import { NestLog } from '../../../src/platform/common';
import type { RuntimeConfig } from '../../../src/platform/config';
import { configureHttp } from '../../../src/roles/http/http';
import { assertDocumented } from './api-document';
import { FakeMediaNode } from '../fakes/fake-media-node';
import { prepareRooms } from './rooms';

export interface Reply<T> {
  status: number;
  headers: Headers;
  body: T;
}

type Claims = Partial<TokenClaims['api']>;

/** The API as it is started, every room and all that surrounds them, on a database of its own; no mixers run. */
export class ApiProcess {
  private constructor(
    readonly app: NestExpressApplication,
    readonly config: RuntimeConfig,
    readonly url: string,
    private readonly closers: (() => Promise<void>)[],
  ) {}

  static async start(given: Partial<RuntimeConfig> = {}): Promise<ApiProcess> {
    const prepared = await prepareRooms({ ROLE: 'api', PUBLIC_URL: 'http://console.test', ...given });
    const { config } = prepared;
    const node = new FakeMediaNode();
    await node.start();
    const module = await Test.createTestingModule({ imports: [AppModule.with(config)] }).compile();
    const app = module.createNestApplication<NestExpressApplication>({
      logger: new NestLog(),
      bodyParser: false,
      forceCloseConnections: true,
    });
    configureHttp(app, config);
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    await node.reportTo({ url, signer: app.get(Signer, { strict: false }) });
    return new ApiProcess(app, config, url, [() => node.stop(), () => app.close(), () => prepared.drop()]);
  }

  async stop(): Promise<void> {
    for (const close of this.closers) await close();
  }

  /** @param claims what the token says beside the id; a name is made of it */
  token(userId: string, claims: Claims = {}, ttlSeconds = 600): Promise<string> {
    return this.app
      .get(Signer, { strict: false })
      .sign('api', { sub: userId, name: `name of ${userId}`, role: 'user', ...claims }, ttlSeconds);
  }

  /** A JSON request. @throws Error where the answer is not what docs/api/openapi.json says */
  async request<T = unknown>(
    method: string,
    path: string,
    { token, body, headers }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Reply<T>> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    const answer: unknown = text ? (json ? JSON.parse(text) : text) : undefined;
    assertDocumented(method, path, response.status, answer);
    return { status: response.status, headers: response.headers, body: answer as T };
  }

  /** As a user; what must succeed. @throws Error */
  async must<T>(userId: string, method: string, path: string, body?: unknown): Promise<T> {
    const reply = await this.request<T>(method, path, { token: await this.token(userId), body });
    if (reply.status >= 400)
      throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  }

  /** Every route of the rooms that the router really has, as `GET /v1/channels/:id`. */
  routes(): string[] {
    const { router } = this.app.getHttpAdapter().getInstance() as unknown as {
      router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
    };
    return router.stack
      .flatMap(({ route }) =>
        route ? Object.keys(route.methods).map((m) => `${m.toUpperCase()} ${route.path}`) : [],
      )
      .filter((route) => !/^GET \/?docs/.test(route));
  }

  /** Every event that a gateway of the app really handles. */
  events(): string[] {
    const providers = [...this.app.get(ModulesContainer).values()].flatMap((module) => [
      ...module.providers.values(),
    ]);
    const gateways = providers
      .map(({ metatype }) => metatype)
      .filter((type): type is NonNullable<typeof type> =>
        Boolean(type && Reflect.hasMetadata('websockets:is_gateway', type)),
      );
    return gateways.flatMap((gateway) => {
      const prototype = gateway.prototype as Record<string, object>;
      return Object.getOwnPropertyNames(prototype).flatMap((name) => {
        const method = prototype[name];
        const event: unknown =
          typeof method === 'function' ? Reflect.getMetadata('message', method) : undefined;
        return typeof event === 'string' ? [event] : [];
      });
    });
  }
}
