import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Counts } from './histogram';

/** What the players of a channel reported in one minute, of all processes.. */
@Entity('quality_minutes')
@Index('quality_minutes_minute', ['minute'])
export class QualityMinute {
  @PrimaryColumn({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  /** When it began. */
  @PrimaryColumn({ name: 'minute', type: 'timestamptz' })
  minute: Date;

  @Column({ name: 'reports', type: 'integer' })
  reports: number;

  /** A bigint, which the driver hands out as text. */
  @Column({ name: 'played_ms', type: 'bigint' })
  playedMs: string;

  @Column({ name: 'stalls', type: 'integer' })
  stalls: number;

  @Column({ name: 'stalled_ms', type: 'bigint' })
  stalledMs: string;

  /** From the wish to play to the first picture: a Histogram. */
  @Column({ name: 'start_counts', type: 'jsonb' })
  startCounts: Counts;

  @Column({ name: 'start_max', type: 'integer' })
  startMax: number;

  /** From the hub to the screen: a Histogram. */
  @Column({ name: 'latency_counts', type: 'jsonb' })
  latencyCounts: Counts;

  @Column({ name: 'latency_max', type: 'integer' })
  latencyMax: number;

  /** Reports by protocol. */
  @Column({ name: 'protocols', type: 'jsonb' })
  protocols: Counts;
}
