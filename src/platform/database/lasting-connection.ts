import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import { Client } from 'pg';
import { Log } from '../common';
import { CONFIG, type RuntimeConfig } from '../config';

/** First halves of our advisory locks' keys: a living process, and a duty that one process has at a time. */
const PRESENCE = 0x11a5;
const DUTY = 0x11a6;

/** Pauses before reconnecting, ms: short after the loss, then longer while the server restarts. */
const FIRST_RETRY_MS = 20;
const RETRY_MS = 250;
/** Between two attempts to take over a duty, ms. */
const DUTY_MS = 1000;

/** @param payload null: something may have been missed, look at all that concerns you */
export type NotificationHandler = (payload: string | null) => void;

/**
 * The one connection to Postgres that a process keeps for its whole life. It receives NOTIFY and holds advisory locks.
 * The server releases these when the process dies, and keeps them while it is only paused: that tells a dead process
 * from a slow one, which a clock can't.
 */
@Injectable()
export class LastingConnection implements OnApplicationShutdown, OnModuleInit {
  /** Others find this process by it (`PRESENT`). Random, so that a new process is never taken for a dead one. */
  readonly presence = randomInt(1, 2 ** 31 - 1);
  private readonly log = new Log('database');
  private readonly handlers = new Map<string, NotificationHandler[]>();
  private readonly duties = new Map<number, boolean>();
  private client: Client | null = null;
  /** What the present connection was asked last is answered, or it is connected. */
  private asked: Promise<void> = Promise.resolve();
  private retry: NodeJS.Timeout | null = null;
  private dutyTimer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(@Inject(CONFIG) private readonly config: RuntimeConfig) {}

  /** Before `onModuleInit`, or within it. Handlers must not throw. */
  listen(channel: string, handler: NotificationHandler): void {
    const known = this.handlers.get(channel);
    if (known) return void known.push(handler);
    this.handlers.set(channel, [handler]);
    // Until it is connected, all channels wait for that.
    if (this.client) void this.ask(this.client, `LISTEN ${channel}`).catch(() => undefined);
  }

  /** Asks for a duty from now on; of all processes one has it at a time. */
  seekDuty(duty: number): void {
    this.duties.set(duty, false);
  }

  /** Seeks a duty, and says whenever it is asked whether this process has it. */
  duty(duty: number): () => boolean {
    this.seekDuty(duty);
    return () => this.hasDuty(duty);
  }

  /** Whether this process has the duty now. A process that was paused may learn a moment late that it has lost it. */
  hasDuty(duty: number): boolean {
    return this.duties.get(duty) ?? false;
  }

  async onModuleInit(): Promise<void> {
    await this.connect();
    this.dutyTimer = setInterval(() => void this.takeDuties(), DUTY_MS);
    await this.takeDuties();
  }

  /** Last, so that others see this process until it has given everything back. */
  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    if (this.retry) clearTimeout(this.retry);
    if (this.dutyTimer) clearInterval(this.dutyTimer);
    await this.client?.end();
  }

  private async connect(): Promise<void> {
    const client = new Client({
      connectionString: this.config.DATABASE_URL,
      application_name: 'lianmai-lasting',
      keepAlive: true,
    });
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, new Error('connection ended')));
    client.on('notification', ({ channel, payload }) => this.tell(channel, payload ?? null));
    this.client = client;
    this.asked = client.connect().then(() => undefined);
    await this.ask(client, 'SELECT pg_advisory_lock($1, $2)', [PRESENCE, this.presence]);
    for (const channel of this.handlers.keys()) await this.ask(client, `LISTEN ${channel}`);
  }

  /** A connection is asked one thing at a time, and nothing before it stands. @throws Error of the database */
  private ask<T extends object>(client: Client, sql: string, values: unknown[] = []): Promise<T[]> {
    const answer = this.asked.then(async () => (await client.query<T>(sql, values)).rows);
    this.asked = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }

  private lost(client: Client, error: Error): void {
    if (this.closed || this.client !== client) return;
    this.log.warn({ err: error }, 'the lasting connection to the database is lost; connecting again');
    this.client = null;
    for (const duty of this.duties.keys()) this.duties.set(duty, false);
    // Frees the socket of a broken connection.
    client.end().catch(() => undefined);
    this.reconnectIn(FIRST_RETRY_MS);
  }

  /** One attempt waits at a time: two would make two connections, which wait for one lock. */
  private reconnectIn(ms: number): void {
    if (this.retry) clearTimeout(this.retry);
    if (!this.closed) this.retry = setTimeout(() => void this.reconnect(), ms);
  }

  private async reconnect(): Promise<void> {
    try {
      await this.connect();
      for (const channel of this.handlers.keys()) this.tell(channel, null);
    } catch {
      const client = this.client;
      this.client = null;
      client?.end().catch(() => undefined);
      this.reconnectIn(RETRY_MS);
    }
  }

  private async takeDuties(): Promise<void> {
    const { client } = this;
    const wanted = [...this.duties].filter(([, has]) => !has).map(([duty]) => duty);
    if (wanted.length === 0 || !client) return;
    try {
      const rows = await this.ask<{ duty: number; got: boolean }>(
        client,
        'SELECT duty, pg_try_advisory_lock($1, duty) AS got FROM unnest($2::int[]) AS duty',
        [DUTY, wanted],
      );
      if (this.client !== client) return;
      for (const { duty } of rows.filter(({ got }) => got)) this.duties.set(duty, true);
    } catch {
      // The connection is being lost; `lost` deals with it.
    }
  }

  private tell(channel: string, payload: string | null): void {
    for (const handler of this.handlers.get(channel) ?? []) handler(payload);
  }
}

/** SQL, for `IN`: the presences of all living processes. One that dies is gone from it at once. */
export const PRESENT = `(SELECT objid::bigint FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND classid = ${PRESENCE}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;
