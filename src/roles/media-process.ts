import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { endChild } from '../platform/common/async/end-child';
import { Log } from '../platform/common/telemetry/logger';
import { MEDIA_VARIABLES } from '../platform/config/config';
import { forkChild } from '../platform/processes';
import { backoff } from '../shared/backoff';
import { StartError } from './process/process-life';

/** What a media process tells its parent once its ports are open. */
export interface MediaListening {
  type: 'listening';
}

const RESTART = { firstMs: 200, mostMs: 5_000 };
/** A process that ran this long counts as having worked. */
const CALM_MS = 30_000;

/**
 * The one media process of ROLE=all, started again when it dies. It stops when its IPC channel closes, also when we are
 * killed.
 */
export class MediaProcess {
  private readonly log = new Log('media-process');
  private child: ChildProcess | undefined;
  private retry: NodeJS.Timeout | undefined;
  private failures = 0;
  private stopping = false;

  private nodeKey = '';

  constructor(private readonly main: string) {}

  /**
   * Resolves when its ports are open.
   * @param nodeKey its NODE_KEY
   * @throws StartError when it ends before that; the reason is in its log
   */
  async start(nodeKey: string): Promise<void> {
    this.nodeKey = nodeKey;
    const child = this.launch();
    const listening = once(child, 'message').then(() => true);
    const exited = once(child, 'exit').then(() => false);
    if (!(await Promise.race([listening, exited]))) throw new StartError('the media process did not start');
    this.watch(child);
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.retry);
    if (this.child) await endChild(this.child, (child) => child.connected && child.disconnect());
  }

  private launch(): ChildProcess {
    const given = Object.fromEntries(MEDIA_VARIABLES.map((name) => [name, process.env[name]]));
    this.child = forkChild(this.main, { ...given, ROLE: 'media', NODE_KEY: this.nodeKey });
    return this.child;
  }

  private watch(child: ChildProcess): void {
    const startedAt = Date.now();
    child.once('exit', (code, signal) => {
      if (this.stopping) return;
      this.failures = Date.now() - startedAt > CALM_MS ? 1 : this.failures + 1;
      const delayMs = backoff(this.failures, RESTART);
      this.log.error({ code, signal, delayMs }, 'media process died, starting it again');
      this.retry = setTimeout(() => this.watch(this.launch()), delayMs);
    });
  }
}
