import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Client } from 'pg';
import { Log } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { MIX_TASK_CHANNEL } from './mix-task.repository';

const RECONNECT_MS = 500;

/** @param taskId null: something may have been missed, read all that concern you */
export type NotificationHandler = (taskId: string | null) => void;

/**
 * Tells at once, in every process, that a mix task's row has changed: API processes learn what a worker on another
 * machine reports, and the worker learns what is wanted. LISTEN/NOTIFY (PostgreSQL), on a connection of its own.
 */
@Injectable()
export class MixTaskNotifications implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Log('mixing');
  private readonly handlers: NotificationHandler[] = [];
  private client: Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(@Inject(CONFIG) private readonly config: RuntimeConfig) {}

  /** Handlers must not throw. */
  on(handler: NotificationHandler): void {
    this.handlers.push(handler);
  }

  onModuleInit(): Promise<void> {
    return this.connect();
  }

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.client?.end();
  }

  private async connect(): Promise<void> {
    const client = new Client({ connectionString: this.config.DATABASE_URL, keepAlive: true });
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client, new Error('connection ended')));
    client.on('notification', ({ payload }) => this.tell(payload ?? null));
    this.client = client;
    await client.connect();
    await client.query(`LISTEN ${MIX_TASK_CHANNEL}`);
  }

  private lost(client: Client, error: Error): void {
    if (this.closed || this.client !== client) return;
    this.log.warn({ err: error }, 'notifications of mix tasks lost; connecting again');
    this.client = null;
    // One that could not even connect is done already; a broken one is to give its socket back.
    client.end().catch(() => undefined);
    this.timer = setTimeout(() => void this.reconnect(), RECONNECT_MS);
  }

  private async reconnect(): Promise<void> {
    try {
      await this.connect();
      this.tell(null);
    } catch (error) {
      if (this.client) this.lost(this.client, error as Error);
    }
  }

  private tell(taskId: string | null): void {
    for (const handler of this.handlers) handler(taskId);
  }
}
