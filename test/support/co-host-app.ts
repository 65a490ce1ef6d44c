import { type INestApplication, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { AddressInfo, Server } from 'node:net';
import { AuthModule, Signer } from '../../src/auth';
import { CoHostModule } from '../../src/co-host';
import { EventBus, ProblemFilter, validationPipe } from '../../src/platform/common';
import { ConferenceModule, ConferenceFacade } from '../../src/conference';
import { ConfigModule, readConfig, type RuntimeConfig } from '../../src/platform/config';
import type { CoHostView, UserRole } from '../../src/contracts';
import { dataSourceOptions } from '../../src/platform/database';
import { ImModule, ImFacade, ChatFacade, RestrictionFacade } from '../../src/im';
import { LiveModule, LiveFacade } from '../../src/live';
import { MixingModule, MixingFacade } from '../../src/mixing';
import { migrateQueues, QueueModule } from '../../src/platform/queue';
import { SignalsModule } from '../../src/signals';
import { assertDocumented } from './api-document';
import { FakeConferences, FakeIm, FakeLive, FakeMixing } from './co-host-rooms';

/** The rooms around co-host: they outlive its processes, as the others' rows and the media do. */
export class Surroundings {
  readonly live = new FakeLive();
  readonly conferences = new FakeConferences();
  readonly mixing = new FakeMixing();
  readonly im = new FakeIm();
}

export interface Answer {
  status: number;
  /** JSON; an empty object where there was none. */
  body: Record<string, unknown> & { code?: string; id: string; session: CoHostView };
}

/** One API process with the real co-host room on a real database. */
export class CoHostApp {
  private constructor(
    private readonly app: INestApplication,
    readonly around: Surroundings,
  ) {}

  /** @param environment overrides of config variables, e.g. INVITATION_TTL_MS */
  static async start(
    databaseUrl: string,
    around: Surroundings,
    environment: Record<string, string> = {},
  ): Promise<CoHostApp> {
    const config = readConfig({
      DATABASE_URL: databaseUrl,
      AUTH_SECRET: 'a'.repeat(32),
      API_KEY: 'k'.repeat(32),
      ...environment,
    }) as RuntimeConfig;
    await migrateQueues(config);
    const testing = await Test.createTestingModule({
      imports: [
        ConfigModule.with(config),
        TypeOrmModule.forRoot({ ...dataSourceOptions(databaseUrl), synchronize: true }),
        QueueModule,
        busModule(),
        AuthModule,
        CoHostModule,
        SignalsModule,
      ],
    })
      .overrideModule(LiveModule)
      .useModule(roomOf(LiveFacade, around.live))
      .overrideModule(ConferenceModule)
      .useModule(roomOf(ConferenceFacade, around.conferences))
      .overrideModule(MixingModule)
      .useModule(roomOf(MixingFacade, around.mixing))
      .overrideModule(ImModule)
      .useModule(roomOf([ImFacade, ChatFacade, RestrictionFacade], around.im))
      .compile();
    const app = testing.createNestApplication();
    app.useGlobalPipes(validationPipe());
    app.useGlobalFilters(new ProblemFilter());
    await app.listen(0, '127.0.0.1');
    return new CoHostApp(app, around);
  }

  get bus(): EventBus {
    return this.app.get(EventBus, { strict: false });
  }

  /** A request as a user; `admin` is one. */
  async as(userId: string, method: string, path: string, body?: object): Promise<Answer> {
    const role: UserRole = userId === 'admin' ? 'admin' : 'user';
    const claims = { sub: userId, name: `Name of ${userId}`, role };
    const token = await this.app.get(Signer, { strict: false }).sign('api', claims, 60);
    const { port } = (this.app.getHttpServer() as Server).address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    assertDocumented(method, `/v1/${path}`, response.status, text ? JSON.parse(text) : undefined);
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as Answer['body'] };
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

type Token = abstract new (...args: never[]) => unknown;

function roomOf(tokens: Token | Token[], fake: object) {
  const all = [tokens].flat();
  @Module({ providers: all.map((provide) => ({ provide, useValue: fake })), exports: all })
  class Room {}
  return Room;
}

function busModule() {
  @Module({ providers: [EventBus], exports: [EventBus] })
  class Bus {}
  return { module: Bus, global: true };
}
