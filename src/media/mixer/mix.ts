import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { type MediaLogger, type MixReport, type MixSeat, type MixSpec, picturesOf } from '../contract';
import { parseRtmpUrl } from '../../shared/rtmp-url';
import { arrange } from './arrangement';
import type { ClockEvent } from './clock';
import { Images } from './mcu/images';
import { type MixParts, mixParts, relieve, reshape } from './mix-parts';
import { sendPicture, sendSound } from './programme';
import { StartRule } from './start-rule';
import { statisticsOf } from './statistics';

export interface LoadMeter {
  /** Share of the time since the last call in which the process had work, 0..1. */
  busy(): number;
  /** ms from one look to the next. */
  everyMs: number;
}

export interface MixDeps {
  logger: MediaLogger;
  load: LoadMeter;
}

const HOUSEKEEPING_MS = 10;
const STATISTICS_MS = 2000;

/** One mix task: what it mixes, and into what, may change (`apply`); clock and RTMP session stay until `stop`. */
export class Mix extends EventEmitter<{ report: [MixReport] }> {
  private parts: MixParts | null = null;
  private timers: NodeJS.Timeout[] = [];
  private readonly startRule = new StartRule();
  private droppedBefore = 0;
  private ended = false;
  private readonly images: Images;

  constructor(private readonly deps: MixDeps) {
    super();
    const onReady = () => this.guard(() => this.parts && arrange(this.parts));
    this.images = new Images({ logger: deps.logger, onReady });
  }

  /** A picture that the next spec names. It is kept until one doesn't. @param file PNG or JPEG */
  takeImage(id: string, file: Buffer): void {
    this.images.put(id, file);
  }

  /** Opens everything and begins to receive; the push starts by the rule of `MixSpec.startTimeoutMs`. */
  start(spec: MixSpec): void {
    if (this.parts || this.ended) return;
    this.guard(() => {
      const parts = (this.parts = this.open(spec));
      this.timers = [
        setInterval(() => this.guard(() => this.housekeep()), HOUSEKEEPING_MS),
        setInterval(() => this.reportStatistics(), STATISTICS_MS),
        setInterval(() => this.guard(() => this.lookAtLoad()), this.deps.load.everyMs),
      ];
      this.images.retain(new Set(picturesOf(spec).all));
      arrange(parts);
      parts.inputs.open();
      parts.picture?.warmUp();
      this.report({ type: 'applied', version: spec.version });
    });
  }

  /** Takes a newer version of the layout, the seats, the conference and the output; older ones are ignored. */
  apply(spec: MixSpec): void {
    const { parts } = this;
    if (!parts || spec.version <= parts.spec.version) return;
    const before = parts.spec;
    const moves = spec.conferenceId !== before.conferenceId || spec.egress.url !== before.egress.url;
    parts.spec = spec;
    this.images.retain(new Set(picturesOf(spec).all));
    this.guard(() => {
      if (!isDeepStrictEqual(spec.output, before.output)) reshape(parts, spec.output);
      arrange(parts);
      if (moves) parts.inputs.move(spec.egress, performance.now());
      if (hostOf(spec.target) !== hostOf(before.target)) parts.gateway.redirect();
    });
    this.report({ type: 'applied', version: spec.version });
  }

  /** Ends the push and closes everything; resolves after the last report. Idempotent. */
  async stop(): Promise<void> {
    await this.end('stopped', 'as ordered');
  }

  private open(spec: MixSpec): MixParts {
    return mixParts(
      spec,
      {
        onClock: (event) => this.guard(() => this.onClock(event)),
        onLost: (detail) => void this.end('egress_lost', detail),
        guard: (work) => this.guard(work),
        onRunning: () => this.reportState('running'),
        onRetrying: () => this.reportState('retrying'),
        onRefused: (detail) => void this.end('refused', detail),
      },
      { images: this.images, logger: this.deps.logger },
    );
  }

  private onClock(event: ClockEvent): void {
    if (event.kind === 'video') sendPicture(this.parts!, event);
    else sendSound(this.parts!, event);
  }

  private housekeep(): void {
    const parts = this.parts!;
    const { spec, seats, inputs, screens, gateway, clock } = parts;
    const nowMs = performance.now();
    inputs.housekeep(nowMs);
    if (screens.look(spec.seats, (userId) => inputs.screen(userId, nowMs))) arrange(parts);
    if (clock.started) return;
    const { startTimeoutMs } = spec;
    const delivered = (seat: MixSeat): boolean => inputs.delivered(seat, nowMs);
    const { open, begin } = this.startRule.look(seats, delivered, { nowMs, startTimeoutMs });
    if (open) gateway.open();
    if (begin && gateway.connected) clock.start();
  }

  private lookAtLoad(): void {
    const parts = this.parts!;
    const { overload, clock } = parts;
    const dropped = clock.framesDropped - this.droppedBefore;
    this.droppedBefore = clock.framesDropped;
    const before = overload.taken;
    if (!overload.look({ busy: this.deps.load.busy(), dropped })) return;
    const { taken } = overload;
    if (before.includes('preset') !== taken.includes('preset')) relieve(parts);
    arrange(parts);
    this.deps.logger.warn({ taken }, 'the load of the mix');
    this.report({ type: 'relief', taken });
  }

  private reportState(state: 'running' | 'retrying'): void {
    if (this.parts) this.report({ type: 'state', state, version: this.parts.spec.version });
  }

  private reportStatistics(): void {
    this.report({ type: 'statistics', statistics: statisticsOf(this.parts!) });
  }

  private report(report: MixReport): void {
    this.emit('report', report);
  }

  /** An error in `work` ends this mix. */
  private guard(work: () => void): void {
    if (this.ended) return;
    try {
      work();
    } catch (error) {
      this.deps.logger.error({ error: (error as Error).stack }, 'the mix failed');
      void this.end('internal', (error as Error).message);
    }
  }

  /** The output stops first, then the inputs; what was allocated natively is freed last. */
  private async end(code: Extract<MixReport, { type: 'ended' }>['code'], detail: string): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.images.close();
    const { parts } = this;
    if (parts) {
      for (const timer of this.timers) clearInterval(timer);
      parts.clock.stop();
      parts.inputs.disconnect();
      this.reportStatistics();
      await parts.gateway.close();
      parts.inputs.close();
      parts.picture?.close();
      parts.aac.close();
      this.parts = null;
    }
    this.report({ type: 'ended', code, detail });
  }
}

/** Host and port of an RTMP address. */
function hostOf(url: string): string {
  const { host, port } = parseRtmpUrl(url);
  return `${host}:${port}`;
}
