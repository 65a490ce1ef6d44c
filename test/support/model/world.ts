import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { ProblemDetails, PushUrlView } from '../../../src/contracts';
import type { PublishGrant } from '../../../src/media/contract';
import { FakeMediaNode } from '../fakes/fake-media-node';
import type { Reply } from '../app/http';
import { MixerSpare } from '../fakes/fake-mixers';
import { prepareDatabase, type TestDatabase } from '../database/test-database';
import { violations } from './invariants';
import { ModelApi } from './model-api';

/** Nothing runs out of time by itself: that is a command too (time.ts). ms */
const NEVER = 24 * 3600_000;
const CONFIG = {
  ROLE: 'all',
  RATE_LIMIT_PER_MINUTE: 0,
  INVITATION_TTL_MS: NEVER,
  MEMBER_GRACE_MS: NEVER,
  CONNECTING_TIMEOUT_MS: NEVER,
  RESUME_TIMEOUT_MS: NEVER,
  CLIENT_MIX_GRACE_MS: NEVER,
  SWITCH_TIMEOUT_MS: NEVER,
  BYPASS_IDLE_MS: NEVER,
} as const;
/** Events come within this, ms; what was lost by a crash is left to the sweep. */
const EVENTS_MS = 1500;
const REST_MS = 20_000;
const TABLES = [
  ...['invitations', 'co_host_sessions', 'co_host_members', 'co_host_bans', 'mix_switches', 'mix_tasks'],
  ...['conferences', 'conference_members', 'bypass_lives', 'channels'],
];
/** Between two looks at everything. */
export const LOOK_MS = 40;
const JOURNAL_TAIL = 60;

/** null where nobody answered: the process was killed. */
export type Answer<T> = Reply<T & ProblemDetails> | null;

/** Two API processes on one database, a media node without media, mixers that mix nothing, and people. */
export class World {
  readonly node = new FakeMediaNode();
  readonly apis: ModelApi[] = [];
  /** What was done, and how it went: to understand a failure by. */
  readonly journal: string[] = [];
  /** Answers that should never be given. */
  readonly faults: string[] = [];
  asked = 0;
  sweeps = 0;
  private readonly begun = Date.now();
  private readonly dead: ModelApi[] = [];
  private readonly people: string[] = [];

  private constructor(
    private readonly database: TestDatabase,
    readonly db: DataSource,
  ) {}

  static async start(): Promise<World> {
    const database = await prepareDatabase();
    const db = new DataSource({ type: 'postgres', url: database.url });
    const world = new World(database, await db.initialize());
    MixerSpare.node = world.node;
    // A mixer that was superseded connects again, as the real mixer does.
    world.node.onGone((id) => {
      for (const mixer of MixerSpare.running()) if (mixer.channelId === id) void mixer.push();
    });
    await world.node.start();
    world.apis.push(await world.startApi(), await world.startApi());
    await world.report();
    return world;
  }

  async end(): Promise<void> {
    this.disconnectAll();
    await this.node.stop();
    await Promise.all([...this.apis, ...this.dead].map((api) => api.end()));
    await this.db.destroy();
    await this.database.drop();
  }

  sql<T>(query: string, parameters: unknown[] = []): Promise<T[]> {
    return this.db.query(query, parameters);
  }

  /** A request to one of the processes. */
  async ask<T>(
    userId: string,
    method: string,
    path: string,
    body?: object,
    nth = this.asked,
  ): Promise<Answer<T>> {
    const process = this.apis[nth % this.apis.length]!;
    this.asked += 1;
    try {
      const answer = await process.api.as<T & ProblemDetails>(userId, method, path, body);
      this.note(`${userId} ${method} ${path} ${JSON.stringify(body ?? '')}`, answer.status, answer.body.code);
      if (answer.status >= 500 && answer.status !== 503 && process.alive) {
        this.faults.push(`${method} ${path} by ${userId}: ${answer.status} ${answer.text}`);
      }
      return answer;
    } catch (error) {
      this.note(`${userId} ${method} ${path}`, 'no answer');
      if (process.alive) this.faults.push(`${method} ${path} by ${userId}: ${String(error)}`);
      return null;
    }
  }

  note(...what: unknown[]): void {
    this.journal.push(`${Date.now() - this.begun} ${what.join(' ')}`);
  }

  /** What a push address is good for. */
  grantOf(address: PushUrlView): Promise<PublishGrant> {
    return this.living().api.grantOf(address);
  }

  /** They have a device at each of the processes. */
  async connect(userId: string): Promise<void> {
    this.people.push(userId);
    for (const api of this.apis) await this.connectTo(api, userId);
  }

  disconnectAll(): void {
    this.people.length = 0;
    for (const { devices } of this.apis) devices.splice(0).forEach((device) => device.close());
  }

  living(): ModelApi {
    return this.apis.find(({ alive }) => alive)!;
  }

  /** In the place of each process that was killed another one starts. */
  async revive(): Promise<void> {
    for (const [i, api] of this.apis.entries()) {
      if (api.alive) continue;
      this.dead.push(api);
      this.apis[i] = await this.startApi();
      for (const userId of this.people) await this.connectTo(this.apis[i], userId);
    }
    await this.report();
  }

  /** The node reports to a process that lives. */
  async report(): Promise<void> {
    await this.node.reportTo(this.living().api);
  }

  /** What came to its end is cleared away, so that the next run is as quick as the first. */
  async forget(): Promise<void> {
    this.node.forget();
    await this.sql(`TRUNCATE ${TABLES.join()} CASCADE`);
  }

  /** What may be found at no moment at all, and what is not to be found once everything has come to rest. */
  async check(): Promise<void> {
    this.fail(await violations(this, 'always'));
  }

  /** Resolves when everything has come to rest. @throws Error that says what did not */
  async rest(): Promise<void> {
    const from = Date.now();
    let found: string[] = [];
    let swept = false;
    while (Date.now() < from + REST_MS) {
      await this.check();
      found = await violations(this, 'at rest');
      if (found.length === 0) return;
      await delay(LOOK_MS);
      if (!swept && Date.now() > from + EVENTS_MS) {
        swept = true;
        this.sweeps += 1;
        this.note('sweep', found.join('; '));
        await Promise.all(this.apis.map((api) => api.sweep()));
      }
    }
    this.fail(found.map((what) => `not at rest: ${what}`));
  }

  /** @throws Error unless there is nothing to complain about */
  fail(found: string[]): void {
    const all = [...found, ...this.faults.splice(0)];
    if (all.length === 0) return;
    throw new Error(
      `${all.join('\n')}\n\nWhat was done last:\n${this.journal.slice(-JOURNAL_TAIL).join('\n')}`,
    );
  }

  private async connectTo({ api, devices }: ModelApi, userId: string): Promise<void> {
    devices.push(await api.connect(userId));
  }

  private startApi(): Promise<ModelApi> {
    return ModelApi.start(this.database.url, CONFIG);
  }
}
