import type { QualityReport } from '../../contracts';
import { listenTo } from '../../util/listen';
import { Scope } from '../../util/scope';
import { type Readable, Value } from '../../util/value';
import type { Started } from '../engine-choice';
import { watchPictures } from './pictures';
import { Viewing } from './viewing';

/** No server wants it more often, ms. */
const MIN_INTERVAL_MS = 1000;
/** By which share of the time between two the first may come sooner. */
const SPREAD = 0.5;

/**
 * Measures what a viewer sees of an element, and hands it out as reports: in the server's time, when the player stops, and
 * when the page goes.
 */
export class QualityMeter {
  readonly latencyMs: Readable<number | null>;
  private readonly behind = new Value<number | null>(null);
  private readonly viewing = new Viewing();
  private readonly scope = new Scope();
  private started: Started | null = null;
  /** How what is in the next report came. */
  private protocol: QualityReport['protocol'] | null = null;
  private everyMs: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send must not throw */
  constructor(
    video: HTMLVideoElement,
    private readonly send: (report: QualityReport) => void,
  ) {
    this.latencyMs = this.behind;
    this.scope.hold(watchPictures(video, (picture) => this.viewing.picture(picture)));
    this.scope.hold(() => clearTimeout(this.timer));
    this.scope.hold(listenTo(globalThis, 'pagehide', () => this.report()));
  }

  /** The viewer wants a picture from now on: for the first time, or another than the one there is. */
  wish(): void {
    this.report();
    this.protocol = null;
    this.viewing.wish(performance.now());
  }

  /** Whether it is meant to move where somebody can see it. @param isEnd the stream is over */
  judge(on: boolean, isEnd = false): void {
    this.viewing.judge(on, performance.now(), isEnd);
  }

  plays(started: Started): void {
    const { protocol } = started.engine;
    if (this.protocol !== null && this.protocol !== protocol) this.report();
    this.started = started;
    this.protocol = protocol;
    this.viewing.reloads();
  }

  lost(): void {
    this.started = null;
    this.behind.value = null;
  }

  handOver(sourceVersion: number): void {
    if (!this.started) return;
    const { engine, running } = this.started;
    this.viewing.handOver(sourceVersion, performance.now(), running.latencyMs() ?? engine.usualLatencyMs);
  }

  /** Asks the engine how far behind it is; to be called about once a second. */
  sample(): void {
    const ms = this.started?.running.latencyMs() ?? null;
    this.behind.value = ms === null ? null : Math.round(ms);
    if (ms !== null) this.viewing.latency(ms);
  }

  /**
   * The first report comes sooner: all players of a channel begin when it goes on the air, and must not report as one.
   * @param ms null: not at all
   */
  reportEvery(ms: number | null): void {
    if (ms === this.everyMs) return;
    this.everyMs = ms;
    clearTimeout(this.timer);
    if (ms !== null) this.reportIn(ms * (1 - Math.random() * SPREAD), ms);
  }

  /** What there is, if anybody wants it. */
  report(): void {
    if (this.protocol === null) return;
    const report = this.viewing.take(this.protocol, performance.now());
    if (report && this.everyMs !== null) this.send(report);
  }

  close(): void {
    this.report();
    this.scope.end();
  }

  private reportIn(ms: number, everyMs: number): void {
    this.timer = setTimeout(
      () => {
        this.report();
        this.reportIn(everyMs, everyMs);
      },
      Math.max(ms, MIN_INTERVAL_MS),
    );
  }
}
