import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Gauge, Histogram, Registry } from 'prom-client';
import type { QualityReport } from '../../contracts';
import { QualityReported } from '../../quality';
import { EventBus } from '../common';
import { RecentMax } from './recent-max';

const LABELS = ['protocol'];

/** What players reported to this process: sum over processes, and take the largest of the maxima. */
@Injectable()
export class ViewerQuality implements OnModuleInit {
  readonly registry = new Registry();
  private readonly start = this.figure(
    'lianmai_viewer_start',
    'From the wish to play to the first picture',
    [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30],
  );
  private readonly gap = this.figure(
    'lianmai_viewer_hand_over_gap',
    'The longest time that a viewer’s picture stood still at a hand-over',
    [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10],
  );
  private readonly latency = this.figure(
    'lianmai_viewer_latency',
    'From the hub to the screen',
    [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 10, 20],
  );
  private readonly stalled = new Histogram({
    name: 'lianmai_viewer_stalled_ratio',
    help: 'Share of a report’s time in which the picture stood still.',
    labelNames: LABELS,
    buckets: [0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
    registers: [this.registry],
  });

  constructor(private readonly bus: EventBus) {}

  onModuleInit(): void {
    this.bus.on(QualityReported, ({ report }) => this.take(report));
  }

  private take({ protocol, playedMs, stalledMs, startMs, latencyMs, handOvers }: QualityReport): void {
    // A stall that began before the report's time may be longer than that.
    this.stalled.observe({ protocol }, Math.min(1, stalledMs / playedMs));
    if (startMs !== undefined) this.start(protocol, startMs);
    if (latencyMs !== undefined) this.latency(protocol, latencyMs);
    for (const { gapMs } of handOvers) this.gap(protocol, gapMs);
  }

  /** A histogram, and a gauge of the largest value of the last minutes. @returns takes a value, ms */
  private figure(name: string, help: string, buckets: number[]): (protocol: string, ms: number) => void {
    const registers = [this.registry];
    const histogram = new Histogram({
      name: `${name}_seconds`,
      help: `${help}.`,
      labelNames: LABELS,
      buckets,
      registers,
    });
    const recent = new RecentMax();
    new Gauge({
      name: `${name}_max_seconds`,
      help: `${help}: the largest of the last 5 to 10 minutes.`,
      labelNames: LABELS,
      registers,
      collect() {
        this.reset();
        for (const [protocol, seconds] of recent.values()) this.set({ protocol }, seconds);
      },
    });
    return (protocol, ms) => {
      histogram.observe({ protocol }, ms / 1000);
      recent.add(protocol, ms / 1000);
    };
  }
}
