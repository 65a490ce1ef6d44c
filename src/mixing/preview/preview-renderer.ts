import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { ChildProcess } from 'node:child_process';
import { DomainError, endChild, Log, SerialQueue } from '../../platform/common';
import { forkChild } from '../../platform/processes';
import type { MixPreviewReport, MixPreviewSpec } from '../../media/contract';

/** Injection token: path of the entry of the process that draws previews. */
export const PREVIEW_PATH = Symbol('PreviewPath');

/** Previews that wait or are drawn, of one user and of all; further ones are refused. */
const MAX_OF_USER = 3;
const MAX_WAITING = 8;
/** Loading FFmpeg and the fonts is most of it, ms. */
const TIMEOUT_MS = 10_000;
/** Somebody who tries layouts asks again soon; after this time without a request the process is ended, ms. */
const IDLE_MS = 30_000;

/**
 * Draws previews in a process of its own, because that takes the CPU for some 300 ms (full HD), and FFmpeg, which no process
 * with an API has. One at a time; the process is there while previews are asked for.
 */
@Injectable()
export class PreviewRenderer implements OnModuleDestroy {
  private readonly log = new Log('mixing');
  private readonly ofUser = new SerialQueue(MAX_OF_USER);
  private readonly queue = new SerialQueue(MAX_WAITING);
  private child: ChildProcess | null = null;
  private idle: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(@Inject(PREVIEW_PATH) private readonly path: string) {}

  async onModuleDestroy(): Promise<void> {
    this.closed = true;
    await this.end();
  }

  /** @returns a PNG. @throws DomainError rate_limited, overloaded */
  render(userId: string, spec: MixPreviewSpec): Promise<Buffer> {
    return this.ofUser.run(userId, () => this.queue.run('', () => this.draw(spec)));
  }

  private async draw(spec: MixPreviewSpec): Promise<Buffer> {
    clearTimeout(this.idle);
    if (this.closed) throw new DomainError('overloaded', { retryAfterMs: 1000 });
    try {
      const report = await this.ask((this.child ??= this.fork()), spec);
      if ('error' in report) throw new Error(report.error);
      return Buffer.from(report.png);
    } catch (error) {
      this.log.error({ error: (error as Error).message }, 'a preview could not be drawn');
      await this.end();
      throw new DomainError('overloaded', { retryAfterMs: 1000 });
    } finally {
      if (!this.closed) this.idle = setTimeout(() => void this.end(), IDLE_MS).unref();
    }
  }

  /** What the process says to one spec. Rejects when it ends, or says nothing for too long. */
  private ask(child: ChildProcess, spec: MixPreviewSpec): Promise<MixPreviewReport> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void): void => {
        clearTimeout(late);
        child.off('message', onMessage).off('exit', onExit).off('error', onError);
        done();
      };
      const onMessage = (report: unknown) => settle(() => resolve(report as MixPreviewReport));
      const onError = (error: Error) => settle(() => reject(error));
      const onExit = (code: number | null) => onError(new Error(`its process ended with ${code}`));
      const onLate = () => onError(new Error(`nothing within ${TIMEOUT_MS} ms`));
      const late = setTimeout(onLate, TIMEOUT_MS);
      child.on('message', onMessage).on('exit', onExit).on('error', onError);
      child.send(spec, (error) => error && onError(error));
    });
  }

  private fork(): ChildProcess {
    const child = forkChild(
      this.path,
      {},
      // PNGs are bytes, which JSON has not.
      { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true },
    );
    // Who waits for an answer hears of it too.
    child.on('error', () => undefined);
    child.once('exit', () => {
      if (this.child === child) this.child = null;
    });
    return child;
  }

  private async end(): Promise<void> {
    clearTimeout(this.idle);
    const { child } = this;
    this.child = null;
    if (child) await endChild(child, () => child.kill('SIGKILL'));
  }
}
