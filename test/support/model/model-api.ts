import { setTimeout as delay } from 'node:timers/promises';
import { BypassLiveSweep } from '../../../src/bypass-live/run/bypass-live.sweep';
import { CoHostSweep } from '../../../src/co-host/co-host.sweep';
import { GraceSweep } from '../../../src/conference/members/grace.sweep';
import type { Sweeper } from '../../../src/platform/common';
import type { RuntimeConfig } from '../../../src/platform/config';
import type { ImClient } from '../app/im-client';
import { TestApi } from '../app/test-api';
import { type CutAt, DatabaseProxy } from '../database/database-proxy';
import { MixerSpare } from '../fakes/fake-mixers';

/** What a killed process still holds on to isn't waited for any longer. */
const GIVE_UP_MS = 30_000;

/** One API process with all that ROLE=all has, which can be killed in the middle of anything. */
export class ModelApi {
  alive = true;
  /** Apps of people that are connected to it. */
  readonly devices: ImClient[] = [];
  private closed: Promise<void> | null = null;

  private constructor(
    readonly api: TestApi,
    readonly proxy: DatabaseProxy,
    private readonly mixers: MixerSpare,
  ) {}

  static async start(databaseUrl: string, config: Partial<RuntimeConfig>): Promise<ModelApi> {
    const proxy = await DatabaseProxy.open(databaseUrl);
    const api = await TestApi.start({ databaseUrl: proxy.url, config });
    return new ModelApi(api, proxy, MixerSpare.workers.at(-1)!);
  }

  /** The rounds that are due every few seconds. */
  async sweep(): Promise<void> {
    for (const flow of [GraceSweep, BypassLiveSweep, CoHostSweep]) await this.api.get<Sweeper>(flow).sweep();
  }

  /** Kills it at its n-th commit from now on. */
  killAt(commits: number, at: CutAt): void {
    this.proxy.cutAtNth(commits, at, () => this.kill());
  }

  /**
   * From this moment it reads and writes nothing more, answers nobody, and its mixers end with it. What is left of it in
   * this process is taken down out of the way. Idempotent.
   */
  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.proxy.shut();
    this.mixers.die();
    for (const device of this.devices.splice(0)) device.close();
    this.closed = Promise.race([this.api.stop().catch(() => undefined), delay(GIVE_UP_MS)]);
  }

  /** Resolves when nothing is left of it. */
  async end(): Promise<void> {
    if (!this.alive) return void (await this.closed);
    this.alive = false;
    await this.api.stop();
    this.proxy.shut();
  }
}
