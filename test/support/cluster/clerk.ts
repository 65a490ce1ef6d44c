import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelView, ListView } from '../../../src/contracts';
import { send } from '../app/http';
import type { Cluster } from './cluster';

const PACE_MS = 200;
const PATIENCE_MS = 5000;

/**
 * Somebody who asks for something five times a second, now of this API and now of that one, asks again under the same
 * key until it is answered, and writes down what was accepted.
 */
export class Clerk {
  /** Ids of what was accepted, by its title. */
  private readonly accepted = new Map<string, string>();
  private stopped = false;
  private readonly working: Promise<void>;

  private constructor(
    private readonly cluster: Cluster,
    private readonly token: string,
  ) {
    this.working = this.work();
  }

  static async start(cluster: Cluster): Promise<Clerk> {
    return new Clerk(cluster, await cluster.token('clerk', 'Clerk'));
  }

  get asked(): number {
    return this.accepted.size;
  }

  /** Stops. @returns what was accepted and isn't there, or is there twice: its title, and the ids that there are */
  async lost(): Promise<string[]> {
    this.stopped = true;
    await this.working;
    const found = await this.all();
    const lost = [...this.accepted].filter(([title, id]) => found.get(title)?.join() !== id);
    return lost.map(([title, id]) => `${title} ${id}: ${found.get(title)?.join() ?? 'none'}`);
  }

  private async work(): Promise<void> {
    for (let n = 0; !this.stopped; n++) {
      const title = `Channel ${n}`;
      const key = randomUUID();
      for (let attempt = 0; !(await this.open(title, key, n + attempt)); attempt++) await delay(PACE_MS);
      await delay(PACE_MS);
    }
  }

  /** @returns whether it was answered */
  private async open(title: string, key: string, turn: number): Promise<boolean> {
    const api = this.cluster.apis[turn % this.cluster.apis.length]!;
    const answer = await send<ChannelView>('POST', `${this.cluster.urlOf(api)}/v1/channels`, {
      token: this.token,
      body: { title },
      headers: { 'idempotency-key': key },
      timeoutMs: PATIENCE_MS,
    }).catch(() => null);
    if (answer?.status !== 201) return false;
    this.accepted.set(title, answer.body.id);
    return true;
  }

  /** Ids by title. */
  private async all(): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    for (let page = await this.page(''); ; page = await this.page(`&cursor=${page.nextCursor}`)) {
      for (const { id, title } of page.items) found.set(title, [...(found.get(title) ?? []), id]);
      if (page.nextCursor === null) return found;
    }
  }

  private async page(cursor: string): Promise<ListView<ChannelView>> {
    const path = `/v1/channels?limit=500${cursor}`;
    return (await this.cluster.ask<ListView<ChannelView>>('GET', path, undefined, this.token)).body;
  }
}
