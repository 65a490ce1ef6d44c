import { setTimeout as delay } from 'node:timers/promises';
import { FlvCapture } from '../media/flv-capture';

const RETRY_MS = 100;

/** A viewer by HTTP-FLV who asks for the address again whenever the connection ends, and writes down when pictures came. */
export class SteadyViewer {
  /** Connections that the server ended. */
  disconnects = 0;
  /** ms of performance.now(). */
  private pictures: number[] = [];
  private capture: FlvCapture | null = null;
  private stopped = false;
  private readonly watching: Promise<void>;

  /** @param address of the playback, asked for anew each time; null while there is none */
  constructor(private readonly address: () => Promise<string | null>) {
    this.watching = this.watch();
  }

  /** When the last picture came; -Infinity before the first. */
  get lastAt(): number {
    return this.pictures.at(-1) ?? -Infinity;
  }

  /** Largest time between two pictures since `from`, up to now, ms. The last one before `from` counts. */
  largestGapSince(from: number): number {
    const first = Math.max(0, this.pictures.findIndex((at) => at >= from) - 1);
    const times = this.pictures.slice(first).concat(performance.now());
    return times.reduce((largest, at, i) => Math.max(largest, at - (times[i - 1] ?? at)), 0);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.capture?.stop();
    await this.watching;
  }

  private async watch(): Promise<void> {
    while (!this.stopped) {
      const capture = await this.open();
      if (!capture) {
        await delay(RETRY_MS);
        continue;
      }
      this.capture = capture;
      if (this.stopped) capture.stop();
      capture.on('tag', ({ kind, arrivedAt }) => kind === 'video' && this.pictures.push(arrivedAt));
      await capture.waitForEnd(2 ** 31 - 1);
      if (!this.stopped) this.disconnects++;
    }
  }

  private async open(): Promise<FlvCapture | null> {
    try {
      const url = await this.address();
      return url === null ? null : await FlvCapture.open(url);
    } catch {
      // Not on the air, or not to be reached now.
      return null;
    }
  }
}
