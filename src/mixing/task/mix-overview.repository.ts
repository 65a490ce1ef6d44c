import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Alarm, type HasOverview, OVERVIEW, type OverviewPart } from '../../platform/common';
import type { AlarmCode, AlarmReason } from '../../contracts';
import type { MixTask } from './mix-task.entity';
import { WAITS } from './mix-task.repository';

const RELIEVED = `relief <> '{}'`;
const FAILING = `state = 'retrying'`;

interface Troubled extends Pick<MixTask, 'id' | 'channelId' | 'error' | 'relief'> {
  waits: boolean;
  failing: boolean;
}

/** What operators should know of the mixes. */
@Injectable()
export class MixOverviewRepository implements HasOverview {
  constructor(@InjectDataSource() private readonly db: DataSource) {}

  async [OVERVIEW](): Promise<OverviewPart> {
    const rows: Troubled[] = await this.db.query(
      `SELECT id, channel_id AS "channelId", error, relief, (${WAITS}) IS TRUE AS waits, ${FAILING} AS failing
       FROM mix_tasks WHERE state NOT IN ('stopped', 'failed') AND (${RELIEVED} OR ${FAILING} OR ${WAITS})
       ORDER BY created_at`,
    );
    return {
      figures: { mixesQueued: rows.filter(({ waits }) => waits).length },
      alarms: rows.flatMap(alarmsOf),
    };
  }
}

function alarmsOf({ id, channelId, error, relief, waits, failing }: Troubled): Alarm[] {
  const alarm = (code: AlarmCode, reason: AlarmReason | null): Alarm => ({
    code,
    subject: { type: 'mix-task', id, name: null },
    ...{ channelId, reason, value: null, expected: null },
  });
  return [
    ...(waits ? [alarm('mix_waiting', null)] : []),
    ...(failing && !waits ? [alarm('mix_failing', error)] : []),
    ...(relief.length > 0 ? [alarm('mix_relieved', relief.at(-1)!)] : []),
  ];
}
