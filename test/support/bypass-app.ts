/** API processes on one database, a media node without media, and mixers that mix nothing: for bypass live. */
import { type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module';
import { Signer } from '../../src/auth';
import { EventBus, NestLog, ProblemFilter, validationPipe } from '../../src/platform/common';
import type { RuntimeConfig } from '../../src/platform/config';
import type { BypassLiveView, ConferenceView, JoinView, ListView } from '../../src/contracts';
import { MIXER_PATH, MixingFacade, MixTaskChanged, type MixTaskRecord } from '../../src/mixing';
import { FakeMediaNode } from './fake-media-node';
import { until } from './processes';
import { prepareRooms, type RoomsConfig } from './rooms';

const FAKE_MIXER = join(__dirname, 'fake-mixer.cjs');

export interface Reply<T> {
  status: number;
  location: string | null;
  body: T;
}

/** One API process with everything that ROLE=all has. */
export class BypassApi {
  private constructor(
    readonly app: INestApplication,
    readonly url: string,
  ) {}

  static async start(config: RuntimeConfig): Promise<BypassApi> {
    const module = await Test.createTestingModule({ imports: [AppModule.with(config)] })
      .overrideProvider(MIXER_PATH)
      .useValue(FAKE_MIXER)
      .compile();
    const app = module.createNestApplication({ logger: new NestLog(), forceCloseConnections: true });
    app.useGlobalPipes(validationPipe());
    app.useGlobalFilters(new ProblemFilter());
    await app.listen(0, '127.0.0.1');
    return new BypassApi(app, await app.getUrl());
  }

  get signer(): Signer {
    return this.app.get(Signer, { strict: false });
  }

  /** `admin` is one; `grants` limits the token to these conferences. */
  token(userId: string, grants?: string[]): Promise<string> {
    const role = userId === 'admin' ? ('admin' as const) : ('user' as const);
    const limits = grants ? { conferences: grants } : {};
    return this.signer.sign('api', { sub: userId, name: `name of ${userId}`, role, ...limits }, 600);
  }

  async as<T>(
    userId: string,
    method: string,
    path: string,
    body?: object,
    grants?: string[],
  ): Promise<Reply<T>> {
    const response = await fetch(`${this.url}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.token(userId, grants)}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    const { status, headers } = response;
    return { status, location: headers.get('location'), body: (text ? JSON.parse(text) : {}) as T };
  }
}

/** The processes of a test and what surrounds them. */
export class BypassStage {
  readonly node = new FakeMediaNode();
  /** The first is the one that the node reports to. */
  readonly apis: BypassApi[] = [];
  /** So many watch whatever comes on the air. */
  viewers = 1;
  /** A mixer that runs is on the air by itself. */
  mixersPush = true;

  private constructor(private readonly prepared: RoomsConfig) {}

  static async set(given: Partial<RuntimeConfig>): Promise<BypassStage> {
    const stage = new BypassStage(await prepareRooms({ ROLE: 'all', ...given }));
    await stage.node.start();
    await stage.startApi();
    return stage;
  }

  get api(): BypassApi {
    const [first] = this.apis;
    if (!first) throw new Error('no API runs');
    return first;
  }

  /** Another API process. */
  async startApi(): Promise<BypassApi> {
    const api = await BypassApi.start(this.prepared.config);
    this.apis.push(api);
    if (this.apis.length > 1) return api;
    api.app.get(EventBus).on(MixTaskChanged, ({ task }) => this.pushFor(task));
    await this.node.reportTo({ url: api.url, signer: api.signer });
    return api;
  }

  async stopApis(): Promise<void> {
    await this.node.reportTo(null);
    await Promise.all(this.apis.splice(0).map(({ app }) => app.close()));
  }

  async end(): Promise<void> {
    await this.stopApis();
    await this.node.stop();
    await this.prepared.drop();
  }

  sql<T>(query: string, parameters: unknown[] = []): Promise<T> {
    return this.api.app.get(DataSource).query(query, parameters);
  }

  /** A conference whose members are connected. */
  async conference(access: 'open' | 'members', ...members: string[]): Promise<ConferenceView> {
    const created = await this.api.as<ConferenceView>('owner', 'POST', 'conferences', { access });
    for (const userId of members) await this.enter(created.body.id, userId);
    return created.body;
  }

  /** @returns his member id */
  async enter(conferenceId: string, userId: string): Promise<string> {
    const { body } = await this.api.as<JoinView>(userId, 'POST', `conferences/${conferenceId}/members`);
    await this.node.connect(conferenceId, body.memberId, userId);
    await until(async () => (await this.stateOf(conferenceId, userId)) === 'connected');
    return body.memberId;
  }

  /** What the map says of a conference; null before anybody asked. */
  async live(conferenceId: string): Promise<BypassLiveView | null> {
    const { items } = (await this.api.as<ListView<BypassLiveView>>('admin', 'GET', 'bypass-lives')).body;
    return items.find((live) => live.conferenceId === conferenceId) ?? null;
  }

  async inState(conferenceId: string, state: BypassLiveView['state']): Promise<BypassLiveView> {
    await until(async () => (await this.live(conferenceId))?.state === state, 15_000);
    return (await this.live(conferenceId))!;
  }

  async task(taskId: string): Promise<MixTaskRecord> {
    return (await this.api.app.get(MixingFacade, { strict: false }).find(taskId))!;
  }

  tasksOf(conferenceId: string): Promise<{ id: string; state: string }[]> {
    const query = 'SELECT id, state FROM mix_tasks WHERE conference_id = $1 ORDER BY created_at';
    return this.sql(query, [conferenceId]);
  }

  private async stateOf(conferenceId: string, userId: string): Promise<string | undefined> {
    const { body } = await this.api.as<ConferenceView>('admin', 'GET', `conferences/${conferenceId}`);
    return body.members.find((member) => member.userId === userId)?.state;
  }

  private async pushFor({ state, channelId, epoch }: MixTaskRecord): Promise<void> {
    if (state !== 'running' || epoch === null || !this.mixersPush) return;
    await this.node.watch(channelId, this.viewers);
    await this.node.publish(channelId, 'mix', epoch);
  }
}
