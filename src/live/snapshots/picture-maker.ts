import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AnsweringChild, DomainError, Log, SerialQueue } from '../../platform/common';
import type { SnapshotOrder, SnapshotReport } from '../../media/contract';

/** Injection token: path of the entry of the process that decodes keyframes. */
export const SNAPSHOT_PATH = Symbol('SnapshotPath');

/** Pictures that wait or are made; further ones are refused. One takes 5 (720p) to 10 ms (1080p) of a core. */
const MAX_WAITING = 64;
/** A picture takes a hundredth of it; loading FFmpeg is the rest, ms. */
const TIMEOUT_MS = 5_000;
/** Pages that show pictures ask every few seconds; after this time without a request the process is ended, ms. */
const IDLE_MS = 30_000;

/** Makes small pictures of keyframes, one at a time, in a process of its own: what it decodes is a stranger's. */
@Injectable()
export class PictureMaker implements OnModuleDestroy {
  private readonly log = new Log('live');
  private readonly queue = new SerialQueue(
    MAX_WAITING,
    () => new DomainError('overloaded', { retryAfterMs: 1000 }),
  );
  private readonly child: AnsweringChild<SnapshotOrder, SnapshotReport>;

  constructor(@Inject(SNAPSHOT_PATH) path: string) {
    this.child = new AnsweringChild(path, { timeoutMs: TIMEOUT_MS, idleMs: IDLE_MS });
  }

  onModuleDestroy(): Promise<void> {
    return this.child.close();
  }

  /**
   * @param channelId whose keyframe it is, for the log
   * @param width of the picture at most, pixels
   * @returns a JPEG
   * @throws DomainError overloaded, picture_broken
   */
  make(channelId: string, keyframe: Buffer, width: number): Promise<Buffer> {
    return this.queue.run('', async () => {
      const report = await this.ask(channelId, { keyframe, width });
      if (!('error' in report)) return Buffer.from(report.jpeg);
      this.log.debug({ channelId, error: report.error }, 'a keyframe can’t be decoded');
      throw new DomainError('picture_broken');
    });
  }

  /** A process that dies of a keyframe, or hangs, takes nobody along. */
  private async ask(channelId: string, order: SnapshotOrder): Promise<SnapshotReport> {
    try {
      return await this.child.ask(order);
    } catch (error) {
      const message = (error as Error).message;
      this.log.warn({ channelId, error: message }, 'a keyframe has ended the process that decoded it');
      return { error: message };
    }
  }
}
