import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AnsweringChild, DomainError, Log, SerialQueue } from '../../platform/common';
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
  private readonly child: AnsweringChild<MixPreviewSpec, MixPreviewReport>;

  constructor(@Inject(PREVIEW_PATH) path: string) {
    this.child = new AnsweringChild(path, { timeoutMs: TIMEOUT_MS, idleMs: IDLE_MS });
  }

  onModuleDestroy(): Promise<void> {
    return this.child.close();
  }

  /** @returns a PNG. @throws DomainError rate_limited, overloaded */
  render(userId: string, spec: MixPreviewSpec): Promise<Buffer> {
    return this.ofUser.run(userId, () => this.queue.run('', () => this.draw(spec)));
  }

  private async draw(spec: MixPreviewSpec): Promise<Buffer> {
    try {
      const report = await this.child.ask(spec);
      if ('error' in report) throw new Error(report.error);
      return Buffer.from(report.png);
    } catch (error) {
      this.log.error({ error: (error as Error).message }, 'a preview could not be drawn');
      await this.child.end();
      throw new DomainError('overloaded', { retryAfterMs: 1000 });
    }
  }
}
