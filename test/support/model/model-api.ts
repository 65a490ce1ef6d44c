import { type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { AppModule } from '../../../src/app.module';
import { Signer } from '../../../src/auth';
import { CoHostSweep } from '../../../src/co-host/co-host.sweep';
import { NestLog, ProblemFilter, validationPipe } from '../../../src/platform/common';
import type { RuntimeConfig } from '../../../src/platform/config';
import { type CutAt, DatabaseProxy } from '../database/database-proxy';
import type { ImClient } from '../app/im-client';
import { MixerSpare } from '../fakes/fake-mixers';

/** What a killed process still holds on to isn't waited for any longer. */
const GIVE_UP_MS = 10_000;

/** One API process with all that ROLE=all has, which can be killed in the middle of anything. */
export class ModelApi {
  alive = true;
  /** Apps of people that are connected to it. */
  readonly devices: ImClient[] = [];
  private closed: Promise<void> | null = null;

  private constructor(
    private readonly app: INestApplication,
    readonly url: string,
    readonly door: DatabaseProxy,
    private readonly mixers: MixerSpare,
  ) {}

  static async start(config: RuntimeConfig): Promise<ModelApi> {
    const door = await DatabaseProxy.open(config.DATABASE_URL);
    const module = await Test.createTestingModule({
      imports: [AppModule.with({ ...config, DATABASE_URL: door.url })],
    })
      .setLogger(new NestLog())
      .compile();
    const app = module.createNestApplication({ logger: new NestLog(), forceCloseConnections: true });
    app.useGlobalPipes(validationPipe());
    app.useGlobalFilters(new ProblemFilter());
    await app.listen(0, '127.0.0.1');
    return new ModelApi(app, await app.getUrl(), door, MixerSpare.workers.at(-1)!);
  }

  get signer(): Signer {
    return this.app.get(Signer, { strict: false });
  }

  /** The round that is due every few seconds. */
  sweep(): Promise<void> {
    return this.app.get(CoHostSweep, { strict: false }).sweep();
  }

  /** Kills it at its n-th commit from now on. */
  killAt(commits: number, at: CutAt): void {
    this.door.cutAtNth(commits, at, () => this.kill());
  }

  /**
   * From this moment it reads and writes nothing more, answers nobody, and its mixers end with it. What is left of it in
   * this process is taken down out of the way. Idempotent.
   */
  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.door.shut();
    this.mixers.die();
    for (const device of this.devices.splice(0)) device.close();
    this.closed = Promise.race([this.app.close().catch(() => undefined), delay(GIVE_UP_MS)]);
  }

  /** Resolves when nothing is left of it. */
  async end(): Promise<void> {
    if (!this.alive) return void (await this.closed);
    this.alive = false;
    await this.app.close();
    this.door.shut();
  }
}
