import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { gauge, type HasMetrics, Log, METRICS, type Metric, Sweeper } from '../platform/common';
import { QualityBook } from './quality-book';
import { QualityRepository } from './quality.repository';

const FLUSH_MS = 5_000;

/**
 * Writes down every few seconds what players have reported to this process, and when it ends. A process that is killed takes
 * the figures of its last seconds along: they are for looking at, and not worth a write for each report.
 */
@Injectable()
export class QualityFlush extends Sweeper implements BeforeApplicationShutdown, HasMetrics {
  readonly book = new QualityBook();

  constructor(private readonly rows: QualityRepository) {
    super(new Log('quality'), FLUSH_MS, { firstMs: FLUSH_MS });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.sweep();
  }

  [METRICS](): Metric[] {
    const { size, dropped } = this.book;
    return [
      gauge('lianmai_quality_lines_waiting', 'Sums of viewers’ reports that wait to be written down.', size),
      {
        name: 'lianmai_quality_lines_dropped_total',
        help: 'Sums of viewers’ reports that found no place to wait.',
        type: 'counter',
        values: [{ value: dropped }],
      },
    ];
  }

  protected async round(): Promise<void> {
    if (this.book.size === 0) return;
    const page = this.book.take();
    try {
      await this.rows.write(page);
    } catch (error) {
      this.book.putBack(page);
      throw error;
    }
  }
}
