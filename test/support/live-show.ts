/** The control plane of a live show, whole: REST and Socket.IO clients, all rooms, mixers and a node without media. */
import { type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module';
import { Signer } from '../../src/auth';
import { NestLog, ProblemFilter, validationPipe } from '../../src/platform/common';
import type { RuntimeConfig } from '../../src/platform/config';
import type {
  AcceptView,
  ChannelView,
  CoHostView,
  InvitationView,
  JoinView,
  MixTaskView,
  PushUrlView,
} from '../../src/contracts';
import type { PublishGrant } from '../../src/media/contract';
import { MIXER_PATH, MixingFacade, type MixTaskRecord } from '../../src/mixing';
import { FakeMediaNode } from './fake-media-node';
import { ImClient } from './im-client';
import { prepareRooms, type RoomsConfig } from './rooms';

const FAKE_MIXER = join(__dirname, 'fake-mixer.cjs');

/** A channel whose host pushes, and a session with him and the guest `gina`. */
export interface OnStage {
  channelId: string;
  host: ImClient;
  viewer: ImClient;
  session: CoHostView;
}

export class Show {
  readonly node = new FakeMediaNode();
  private app!: INestApplication;
  private url = '';
  private people: ImClient[] = [];

  private constructor(private readonly prepared: RoomsConfig) {}

  static async start(given: Partial<RuntimeConfig> = {}): Promise<Show> {
    const show = new Show(await prepareRooms({ ROLE: 'all', ...given }));
    await show.node.start();
    await show.startApi({});
    return show;
  }

  async stop(): Promise<void> {
    await this.node.stop();
    await this.app.close();
    await this.prepared.drop();
  }

  /** @param meanwhile while no API is there */
  async restart(given: Partial<RuntimeConfig> = {}, meanwhile?: () => Promise<void>): Promise<void> {
    await this.node.reportTo(null);
    await this.app.close();
    await meanwhile?.();
    await this.startApi(given);
  }

  /** All apps of people are closed. */
  everybodyLeaves(): void {
    this.people.forEach((person) => person.close());
    this.people = [];
  }

  /** On the database of the show, also while no API is there. */
  async sql<T>(query: string, parameters: unknown[] = []): Promise<T> {
    const db = new DataSource({ type: 'postgres', url: this.prepared.config.DATABASE_URL });
    await db.initialize();
    try {
      return await db.query(query, parameters);
    } finally {
      await db.destroy();
    }
  }

  /** A request of a user; `admin` is one. */
  async as<T>(
    userId: string,
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: T }> {
    const response = await fetch(`${this.url}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.tokenOf(userId)}`,
        'content-type': 'application/json',
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: (text ? JSON.parse(text) : {}) as T };
  }

  /** A person's app: in the room of the channel. */
  async online(userId: string, channelId: string): Promise<ImClient> {
    const client = await ImClient.connect(this.url, { token: await this.tokenOf(userId) });
    this.people.push(client);
    await client.must('room:join', { channelId });
    return client;
  }

  /** What a push address allows. */
  async grantOf({ key }: PushUrlView): Promise<PublishGrant> {
    const token = new URLSearchParams(key.slice(key.indexOf('?'))).get('token')!;
    return (await this.signer.verify('push', token)) as PublishGrant;
  }

  /** The host's encoder connects. */
  async push(channelId: string, userId = 'host'): Promise<void> {
    const { body } = await this.as<PushUrlView>(userId, 'POST', `channels/${channelId}/push-url`);
    const { role, epoch } = await this.grantOf(body);
    await this.node.publish(channelId, role, epoch);
  }

  session(channelId: string): Promise<CoHostView> {
    return this.as<CoHostView>('viewer', 'GET', `channels/${channelId}/co-host`).then(({ body }) => body);
  }

  task(taskId: string | null): Promise<MixTaskView> {
    return this.as<MixTaskView>('host', 'GET', `mix-tasks/${taskId}`).then(({ body }) => body);
  }

  /** The epoch that a mix of ours pushes with, once its mixer runs. */
  async epochOf(taskId: string, host: ImClient): Promise<number> {
    await host.until(([name, p]) => name === 'mix:task' && p.id === taskId && p.state === 'running');
    return (await this.mix(taskId)).epoch!;
  }

  /** A mix task as the rooms see it. */
  async mix(taskId: string): Promise<MixTaskRecord> {
    return (await this.app.get(MixingFacade, { strict: false }).find(taskId))!;
  }

  /** One becomes a member of the conference, and his camera and microphone arrive. */
  async enter(userId: string, conferenceId: string): Promise<string> {
    const { body } = await this.as<JoinView>(userId, 'POST', `conferences/${conferenceId}/members`);
    await this.node.connect(conferenceId, body.memberId, userId);
    return body.memberId;
  }

  /** A running session whose host and guest are in the call; nothing is mixed yet. */
  async begin(channel: object = {}): Promise<OnStage> {
    // A host is in one session at a time: that of the show before is over, however that show ended.
    await this.sql(`UPDATE co_host_members SET state = 'left'`);
    await this.sql(`UPDATE co_host_sessions SET state = 'ended', ended_at = now() WHERE ended_at IS NULL`);
    const title = 'Evening show';
    const { id: channelId } = (await this.as<ChannelView>('host', 'POST', 'channels', { title })).body;
    await this.as('admin', 'PATCH', `channels/${channelId}`, channel);
    const [host, viewer] = [await this.online('host', channelId), await this.online('viewer', channelId)];
    await this.online('gina', channelId);
    await this.push(channelId);
    await viewer.until(([name, p]) => name === 'live:source' && p.source === 'host');
    const path = `channels/${channelId}/co-host/invitations`;
    const { id } = (await this.as<InvitationView>('gina', 'POST', path, { kind: 'apply' })).body;
    const { session } = (await this.as<AcceptView>('host', 'POST', `co-host/invitations/${id}/accept`)).body;
    for (const userId of ['host', 'gina']) await this.enter(userId, session.conferenceId);
    const onAir = (s: CoHostView) => s.members.filter((m) => m.state === 'on-air').length === 2;
    await this.sees(viewer, session, onAir);
    return { channelId, host, viewer, session };
  }

  /** Resolves once the room has been told of such a session. */
  sees(client: ImClient, { id }: CoHostView, fits: (s: CoHostView) => boolean): Promise<void> {
    return client.until(([name, p]) => name === 'co-host:session' && p.id === id && fits(p));
  }

  /** Another API process on the same database, to which nobody is connected. @returns what stops it */
  async another(): Promise<() => Promise<void>> {
    const app = await this.open({ ...this.prepared.config, ROLE: 'api' });
    return () => app.close();
  }

  private async startApi(given: Partial<RuntimeConfig>): Promise<void> {
    this.app = await this.open({ ...this.prepared.config, ...given });
    this.url = await this.app.getUrl();
    await this.node.reportTo({ url: this.url, signer: this.signer });
  }

  private async open(config: RuntimeConfig): Promise<INestApplication> {
    const module = await Test.createTestingModule({ imports: [AppModule.with(config)] })
      .overrideProvider(MIXER_PATH)
      .useValue(FAKE_MIXER)
      .compile();
    const app = module.createNestApplication({ logger: new NestLog(), forceCloseConnections: true });
    app.useGlobalPipes(validationPipe());
    app.useGlobalFilters(new ProblemFilter());
    await app.listen(0, '127.0.0.1');
    return app;
  }

  private tokenOf(userId: string): Promise<string> {
    const role = userId === 'admin' ? 'admin' : 'user';
    return this.signer.sign('api', { sub: userId, name: `name of ${userId}`, role }, 600);
  }

  private get signer(): Signer {
    return this.app.get(Signer, { strict: false });
  }
}
