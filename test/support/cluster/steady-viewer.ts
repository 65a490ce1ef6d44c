import { setTimeout as delay } from 'node:timers/promises';
import { FlvCapture } from '../media/flv-capture';

const RETRY_MS = 100;
/** As the pages do: a picture that stands still for longer is fetched again, ms. */
const STALL_MS = 12_000;
/** Between two looks whether the channel is at another node, of which pages are told by a signal, ms. */
const LOOK_MS = 500;

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
      const url = await this.address().catch(() => null);
      const capture = await this.open(url);
      if (!url || !capture) {
        await delay(RETRY_MS);
        continue;
      }
      this.capture = capture;
      if (this.stopped) capture.stop();
      capture.on('tag', ({ kind, arrivedAt }) => kind === 'video' && this.pictures.push(arrivedAt));
      await this.whilePlaying(capture, new URL(url).host);
      if (capture.closedByServer) this.disconnects++;
      capture.stop();
    }
  }

  /** Resolves when the connection has ended, the picture stands still, or the channel has moved. */
  private async whilePlaying(capture: FlvCapture, host: string): Promise<void> {
    let stalled: NodeJS.Timeout | undefined;
    const stall = new Promise<void>((resolve) => {
      const wait = () => {
        clearTimeout(stalled);
        stalled = setTimeout(resolve, STALL_MS);
      };
      capture.on('tag', wait);
      wait();
    });
    let over = false;
    const closed = new Promise<void>((resolve) => capture.once('close', resolve));
    const moved = (async () => {
      while (!over && (await this.hostNow(host)) === host) await delay(LOOK_MS);
    })();
    await Promise.race([stall, closed, moved]);
    over = true;
    clearTimeout(stalled);
  }

  /** @param before of which nothing else is known while no address can be had */
  private async hostNow(before: string): Promise<string> {
    const url = await this.address().catch(() => null);
    return url === null ? before : new URL(url).host;
  }

  private async open(url: string | null): Promise<FlvCapture | null> {
    try {
      return url === null ? null : await FlvCapture.open(url);
    } catch {
      // Not on the air, or not to be reached now.
      return null;
    }
  }
}
