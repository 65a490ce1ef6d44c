/** An API process that is killed again and again, and what outlives it: Postgres, the mix worker, a media node. */
import { type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { AuthModule, Signer } from '../../src/auth';
import { NestLog, setLogLevel } from '../../src/platform/common';
import { readConfig } from '../../src/platform/config';
import type { JoinView, ProblemDetails, PushUrlView } from '../../src/contracts';
import { CoreModule } from '../../src/platform/core.module';
import type { PublishGrant } from '../../src/media/contract';
import { MixingWorkerModule } from '../../src/mixing';
import { startApp, type TestApp } from './app';
import { DatabaseProxy } from './database-proxy';
import { FakeMediaNode } from './fake-media-node';
import { ImClient } from './im-client';
import { MixerSpare } from './played-mixers';
import { freePorts } from './ports';
import { createTestDatabase, type TestDatabase } from './postgres';
import { until } from './processes';
import { UNFINISHED } from './unfinished';

export interface Answer<T> {
  status: number;
  body: T;
  /** Of the problem, where it is one. */
  code?: string;
}

/** What is due while a process starts on a busy machine, ms: nothing of it is what these tests are about. */
const PATIENCE = {
  INVITATION_TTL_MS: '120000',
  CONNECTING_TIMEOUT_MS: '120000',
  MEMBER_GRACE_MS: '120000',
  RESUME_TIMEOUT_MS: '120000',
};

export class CrashStage {
  readonly node = new FakeMediaNode();
  /** How often the process was killed. */
  kills = 0;
  private readonly people = new Map<string, ImClient>();

  private constructor(
    private readonly database: TestDatabase,
    private readonly door: DatabaseProxy,
    private readonly db: DataSource,
    private readonly signer: Signer,
    private readonly app: TestApp,
    private readonly worker: INestApplication,
  ) {}

  static async set(): Promise<CrashStage> {
    setLogLevel('silent');
    const database = await createTestDatabase();
    const door = await DatabaseProxy.open(database.url);
    const [port] = await freePorts(1);
    const secrets = {
      AUTH_SECRET: randomBytes(32).toString('hex'),
      API_KEY: randomBytes(32).toString('hex'),
    };
    const signer = new Signer(secrets.AUTH_SECRET);
    const node = new FakeMediaNode();
    await node.start();
    await node.reportTo({ url: `http://127.0.0.1:${port}`, signer });
    const app = await startApp({
      ROLE: 'api',
      HTTP_PORT: `${port}`,
      DATABASE_URL: door.url,
      ...PATIENCE,
      ...secrets,
    });
    const db = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    const worker = await startWorker({ ROLE: 'mixer', DATABASE_URL: database.url, ...secrets });
    const stage = new CrashStage(database, door, db, signer, app, worker);
    MixerSpare.node = node;
    return Object.assign(stage, { node });
  }

  async end(): Promise<void> {
    this.people.forEach((person) => person.close());
    await this.app.stop();
    await this.worker.close();
    await this.node.stop();
    await this.db.destroy();
    this.door.shut();
    await this.database.drop();
  }

  /** @returns null where nobody answered */
  async ask<T>(userId: string, method: string, path: string, body?: object): Promise<Answer<T> | null> {
    const headers = {
      authorization: `Bearer ${await this.token(userId)}`,
      'content-type': 'application/json',
    };
    try {
      const response = await fetch(`${this.app.url}/v1/${path}`, {
        ...{ method, headers },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      const answer: unknown = text ? JSON.parse(text) : {};
      return { status: response.status, body: answer as T, code: (answer as ProblemDetails).code };
    } catch {
      return null;
    }
  }

  /** What must be answered, and well. @throws Error */
  async must<T>(userId: string, method: string, path: string, body?: object): Promise<T> {
    const answer = await this.ask<T>(userId, method, path, body);
    if (answer && answer.status < 400) return answer.body;
    throw new Error(`${userId} ${method} ${path}: ${answer?.status} ${JSON.stringify(answer?.body)}`);
  }

  /** His app is connected, and in the room of the channel; after each start again. */
  async online(userId: string): Promise<ImClient> {
    const client = await ImClient.connect(this.app.url, { token: await this.token(userId) });
    this.people.set(userId, client);
    return client;
  }

  signals(userId: string): ImClient {
    return this.people.get(userId)!;
  }

  /** What his encoder, or his device that mixes, does: gets an address and connects. */
  async publish(userId: string, path: string): Promise<PublishGrant> {
    const { key } = await this.must<PushUrlView>(userId, 'POST', path);
    const token = new URLSearchParams(key.slice(key.indexOf('?'))).get('token')!;
    const grant = (await this.signer.verify('push', token)) as PublishGrant;
    void this.node.publish(grant.channelId, grant.role, grant.epoch);
    return grant;
  }

  /** His page joins the call and its media connects. */
  async enter(userId: string, conferenceId: string): Promise<void> {
    const { memberId } = await this.must<JoinView>(userId, 'POST', `conferences/${conferenceId}/members`);
    void this.node.connect(conferenceId, memberId, userId);
    await until(async () => {
      const query = 'SELECT state FROM conference_members WHERE member_id = $1';
      const [member] = await this.sql<{ state: string }>(query, [memberId]);
      return member?.state === 'connected';
    });
  }

  /** Killed while nothing happens. */
  async kill(): Promise<void> {
    this.kills += 1;
    await this.app.end('SIGKILL');
    await this.restart();
  }

  /**
   * What is done, and the process that does it is killed as soon as the first of these commits has come about, before it
   * can do anything more; its successor at the next, and so on.
   * @param commits what is in their statements and parameters
   */
  async killedAt(commits: RegExp[], step: () => unknown): Promise<void> {
    let doing: unknown = null;
    for (const [i, like] of commits.entries()) {
      const killed = new Promise<void>((resolve) => {
        this.door.cutAt(like, 'after-commit', () => {
          this.kills += 1;
          resolve(this.app.end('SIGKILL').then(() => undefined));
        });
      });
      if (i === 0) doing = step();
      else void this.app.restart().catch(() => undefined);
      await inTime(killed, like);
    }
    await doing;
    await this.restart();
  }

  /** Resolves when nothing is left to be done, for anybody. */
  async rests(): Promise<void> {
    let left: { what: string }[] = [];
    try {
      await until(async () => (left = await this.sql<{ what: string }>(UNFINISHED)).length === 0);
    } catch {
      throw new Error(`not finished: ${left.map(({ what }) => what).join(', ')}\n${this.app.log()}`);
    }
  }

  sql<T>(query: string, parameters: unknown[] = []): Promise<T[]> {
    return this.db.query(query, parameters);
  }

  private async restart(): Promise<void> {
    await this.app.restart();
    for (const userId of this.people.keys()) await this.online(userId);
  }

  private token(userId: string): Promise<string> {
    const role = userId === 'admin' ? 'admin' : 'user';
    return this.signer.sign('api', { sub: userId, name: `name of ${userId}`, role }, 600);
  }
}

async function startWorker(env: Record<string, string>): Promise<INestApplication> {
  const config = readConfig(env) as Parameters<typeof CoreModule.with>[0];
  const module = await Test.createTestingModule({
    imports: [CoreModule.with(config), AuthModule, MixingWorkerModule],
  })
    .setLogger(new NestLog())
    .compile();
  return module.createNestApplication({ logger: new NestLog() }).init();
}

async function inTime(killed: Promise<void>, like: RegExp): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing like ${like.source} was committed`)), 30_000);
  });
  await Promise.race([killed, late]).finally(() => clearTimeout(timer));
}
