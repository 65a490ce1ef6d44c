import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type Caller, requireAdmin } from '../auth';
import { DomainError, endChild, Log } from '../platform/common';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import { forkChild } from '../platform/processes';
import type { DemoStarted, DemoView } from '../contracts';

/** A demo that was started from the console ends by itself: it costs about a core. */
const LIFE_MS = 10 * 60_000;
const PREPARE_MS = 30_000;

interface RunningDemo {
  child: ChildProcess;
  channelId: Promise<string>;
  timer: NodeJS.Timeout;
}

/** The console's demo button: one process of synthetic people at a time (cli.ts), owned by this one. */
@Injectable()
export class DemoService implements OnModuleDestroy {
  private readonly log = new Log('demo');
  private running: RunningDemo | null = null;

  constructor(@Inject(CONFIG) private readonly config: RuntimeConfig) {}

  async show(caller: Caller): Promise<DemoView> {
    requireAdmin(caller, 'see the demo');
    const channelId = await this.running?.channelId.catch(() => null);
    return { running: Boolean(channelId), channelId: channelId ?? null };
  }

  /** Answers with the channel at once; viewers see the mix some seconds later. @throws DomainError media_unavailable */
  async start(caller: Caller): Promise<DemoStarted> {
    requireAdmin(caller, 'start the demo');
    this.running ??= this.launch();
    return { channelId: await this.running.channelId };
  }

  async stop(caller: Caller): Promise<void> {
    requireAdmin(caller, 'stop the demo');
    await this.end();
  }

  async onModuleDestroy(): Promise<void> {
    await this.end();
  }

  private launch(): RunningDemo {
    const { CONTROL_URL, API_KEY } = this.config;
    const child = forkChild(require.resolve('./cli'), {
      CONTROL_URL: CONTROL_URL.join(','),
      API_KEY,
    });
    const timer = setTimeout(() => void this.end(), LIFE_MS);
    const running = { child, timer, channelId: this.channelOf(child) };
    // The caller gets the error; without this it would be an unhandled rejection as well.
    running.channelId.catch(() => undefined);
    child.once('exit', (code) => {
      clearTimeout(timer);
      if (this.running === running) this.running = null;
      this.log.info({ code }, 'demo ended');
    });
    return running;
  }

  private async channelOf(child: ChildProcess): Promise<string> {
    const told = once(child, 'message', { signal: AbortSignal.timeout(PREPARE_MS) });
    const gone = once(child, 'exit').then(() => {
      throw new DomainError('media_unavailable');
    });
    const [message] = (await Promise.race([told, gone])) as [DemoStarted];
    return message.channelId;
  }

  private async end(): Promise<void> {
    if (this.running) await endChild(this.running.child, (child) => child.kill('SIGTERM'));
  }
}
