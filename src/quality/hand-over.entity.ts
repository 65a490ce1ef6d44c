import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ChannelSource } from '../contracts';
import type { Counts } from './histogram';

const SOURCES = `('none', 'host', 'mix')`;

/** A change of a channel's source, written with it, and what viewers saw of it.. */
@Entity('hand_overs')
@Check('hand_overs_sources', `from_source IN ${SOURCES} AND to_source IN ${SOURCES}`)
@Index('hand_overs_at', ['at'])
export class HandOver {
  @PrimaryColumn({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  /** The channel's after it. */
  @PrimaryColumn({ name: 'source_version', type: 'integer' })
  sourceVersion: number;

  @Column({ name: 'at', type: 'timestamptz', default: () => 'now()' })
  at: Date;

  @Column({ name: 'from_source', type: 'text' })
  from: ChannelSource;

  @Column({ name: 'to_source', type: 'text' })
  to: ChannelSource;

  /** For how long pictures stood still: a Histogram. */
  @Column({ name: 'gap_counts', type: 'jsonb', default: {} })
  gapCounts: Counts;

  @Column({ name: 'gap_max', type: 'integer', default: 0 })
  gapMax: number;
}
