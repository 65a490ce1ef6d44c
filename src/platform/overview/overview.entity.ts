import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AlarmCode, SeriesName } from '../../contracts';

/** Since when there is an alarm. What it says is known where it comes from; an alarm that is over has no row. */
@Entity('alarms')
export class AlarmRow {
  @PrimaryColumn({ name: 'code', type: 'text' })
  code: AlarmCode;

  @PrimaryColumn({ name: 'subject_id', type: 'text' })
  subjectId: string;

  @Column({ name: 'since', type: 'timestamptz' })
  since: Date;
}

/** A figure at the beginning of a minute. */
@Entity('overview_samples')
@Index('overview_samples_old', ['at'])
export class Sample {
  @PrimaryColumn({ name: 'name', type: 'text' })
  name: SeriesName;

  /** Machine or node; empty: the whole system. */
  @PrimaryColumn({ name: 'subject', type: 'text' })
  subject: string;

  @PrimaryColumn({ name: 'at', type: 'timestamptz' })
  at: Date;

  @Column({ name: 'value', type: 'double precision' })
  value: number;
}
