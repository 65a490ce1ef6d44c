import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { AlarmCode, SeriesName } from '../../contracts';
import { AlarmRow, Sample } from './overview.entity';

/** Which alarm, whatever it says. */
export interface AlarmKey {
  code: AlarmCode;
  subjectId: string;
}

export type NewSample = Pick<Sample, 'name' | 'subject' | 'value'>;

/** Each minute is kept for a day, every fifth one for a week. */
const DONE_WITH = `at < now() - interval '24 hours'
  AND (at < now() - interval '7 days' OR mod(extract(epoch FROM at)::bigint, 300) <> 0)`;

@Injectable()
export class OverviewRepository {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  alarms(): Promise<AlarmRow[]> {
    return this.db.manager.find(AlarmRow);
  }

  /** These are the alarms now. Those that were there before keep their time; the others are over. */
  async setAlarms(now: readonly AlarmKey[], at: Date): Promise<void> {
    const keys = [now.map(({ code }) => code), now.map(({ subjectId }) => subjectId)];
    await this.db.query(
      `WITH now AS (SELECT * FROM unnest($1::text[], $2::text[]) AS n (code, subject_id)),
         gone AS (DELETE FROM alarms a WHERE NOT EXISTS
           (SELECT 1 FROM now n WHERE n.code = a.code AND n.subject_id = a.subject_id))
       INSERT INTO alarms (code, subject_id, since) SELECT DISTINCT code, subject_id, $3::timestamptz FROM now
       ON CONFLICT DO NOTHING`,
      [...keys, at],
    );
  }

  /** A minute that another process has written down stays as it is. @param at the beginning of a minute */
  async addSamples(samples: readonly NewSample[], at: Date): Promise<void> {
    await this.db
      .createQueryBuilder()
      .insert()
      .into(Sample)
      .values(samples.map((sample) => ({ ...sample, at })))
      .orIgnore()
      .execute();
  }

  async forgetOld(): Promise<void> {
    await this.db.query(`DELETE FROM overview_samples WHERE ${DONE_WITH}`);
  }

  /** By subject, and in order. */
  series(name: SeriesName, since: Date): Promise<Pick<Sample, 'subject' | 'at' | 'value'>[]> {
    return this.db.query(
      `SELECT subject, at, value FROM overview_samples WHERE name = $1 AND at >= $2 ORDER BY subject, at`,
      [name, since],
    );
  }
}
