import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import type { MediaLogger, NodeEvent, NodeReport, NumberedSnapshot } from '../contract';

export interface ReporterOptions {
  /** Full addresses of control's report endpoint: of one API process, or of several, any of which will do. */
  urls: readonly string[];
  /** Headers of each report, the bearer token among them; asked anew each time, since a token is good once. */
  headers: () => Record<string, string>;
  addresses: Pick<NodeReport, 'mediaUrl' | 'rtmpUrl' | 'controlUrl' | 'rtmpPort'>;
  snapshot: () => NumberedSnapshot;
  logger: MediaLogger;
  /** Another process has this node's id. */
  onIdTaken?: () => void;
  /** Between two reports without an event, ms. Default 2000. */
  intervalMs?: number;
}

/** Shorter than the silence after which control looks for the node. */
const REQUEST_TIMEOUT_MS = 3000;
const RETRY_MS = 500;
/** Events kept while control can't be reached; the snapshot makes up for older ones. */
const MAX_EVENTS = 1000;
/** Events in one report. */
const BATCH = 200;

/**
 * Tells control what happens (contract/node.ts): a report at every event and every 2 s, one at a time, events again
 * until a report that carried them was answered 2xx.
 */
export class Reporter {
  private readonly abort = new AbortController();
  private events: NodeReport['events'] = [];
  private seq = 0;
  private timer: NodeJS.Timeout | null = null;
  private sending: Promise<void> | null = null;
  private closed = false;
  private failing = false;
  /** Which of the addresses is asked; the next one after each failure. */
  private turn = 0;
  private utilization: EventLoopUtilization = performance.eventLoopUtilization();

  constructor(private readonly options: ReporterOptions) {}

  /** Sends the first report, and from then on at every event and interval. */
  start(): void {
    this.schedule(0);
  }

  add(event: NodeEvent): void {
    if (this.closed) return;
    this.events.push({ seq: ++this.seq, event });
    if (this.events.length > MAX_EVENTS) this.events.shift();
    if (!this.sending && !this.failing) this.schedule(0);
  }

  /** Stops; a report under way is cut off. Idempotent. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    this.abort.abort();
    await this.sending;
  }

  private schedule(delayMs: number): void {
    if (this.closed) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.sending = this.send().finally(() => {
        this.sending = null;
        this.schedule(this.nextDelay());
      });
    }, delayMs);
  }

  private nextDelay(): number {
    if (this.failing) return RETRY_MS;
    return this.events.length > 0 ? 0 : (this.options.intervalMs ?? 2000);
  }

  private async send(): Promise<void> {
    const events = this.events.slice(0, BATCH);
    try {
      await this.post(this.compose(events));
      const last = events.at(-1)?.seq ?? 0;
      this.events = this.events.filter(({ seq }) => seq > last);
      if (this.failing) this.options.logger.info({}, 'control takes reports again');
      this.failing = false;
    } catch (error) {
      if (!this.failing && !this.closed) {
        this.options.logger.warn({ reason: (error as Error).message }, 'report to control failed');
      }
      this.failing = true;
      this.turn++;
    }
  }

  private async post(report: NodeReport): Promise<void> {
    const response = await fetch(this.options.urls[this.turn % this.options.urls.length]!, {
      method: 'POST',
      headers: { ...this.options.headers(), 'Content-Type': 'application/json' },
      body: JSON.stringify(report),
      signal: AbortSignal.any([this.abort.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
    await response.arrayBuffer(); // frees the connection
    if (response.status === 409) this.options.onIdTaken?.();
    if (!response.ok) throw new Error(`control answered ${response.status}`);
  }

  private compose(events: NodeReport['events']): NodeReport {
    const { addresses, snapshot } = this.options;
    return { ...snapshot(), ...addresses, load: this.measureLoad(), events };
  }

  /** Share of the event loop in use since the last report, 0..1. */
  private measureLoad(): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.utilization);
    this.utilization = now;
    return utilization;
  }
}
