import { Injectable } from '@nestjs/common';
import { type Caller, requireAdmin } from '../../auth';
import type { AlarmView, OverviewView, SeriesLine, SeriesView } from '../../contracts';
import type { Alarm } from '../common';
import { OverviewCollector } from './overview.collector';
import type { SeriesQuery } from './overview.dto';
import { OverviewRepository } from './overview.repository';

const MAX_ALARMS = 200;
const DAY_MS = 24 * 60 * 60_000;

/** What admins see of the whole system. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly collector: OverviewCollector,
    private readonly rows: OverviewRepository,
  ) {}

  /** @throws DomainError not_allowed */
  async get(caller: Caller): Promise<OverviewView> {
    requireAdmin(caller, 'see the overview');
    const [{ at, alarms, ...rest }, known] = await Promise.all([
      this.collector.collect(),
      this.rows.alarms(),
    ]);
    const since = new Map(known.map((row) => [keyOf(row.code, row.subjectId), row.since]));
    const views = alarms.map((alarm) =>
      alarmView(alarm, since.get(keyOf(alarm.code, alarm.subject.id)) ?? at),
    );
    views.sort((a, b) => b.since.localeCompare(a.since));
    return {
      ...rest,
      at: at.toISOString(),
      alarms: views.slice(0, MAX_ALARMS),
      alarmsTotal: views.length,
    };
  }

  /** @throws DomainError not_allowed */
  async series(caller: Caller, { name, since }: SeriesQuery): Promise<SeriesView> {
    requireAdmin(caller, 'see the overview');
    const from = since === undefined ? Date.now() - DAY_MS : since;
    const rows = await this.rows.series(name, new Date(from));
    const lines = new Map<string, SeriesLine>();
    for (const { subject, at, value } of rows) {
      const line = lines.get(subject) ?? { subject: subject || null, atMs: [], values: [] };
      line.atMs.push(at.getTime());
      line.values.push(value);
      lines.set(subject, line);
    }
    return { name, lines: [...lines.values()] };
  }
}

function alarmView({ since, ...alarm }: Alarm, seen: Date): AlarmView {
  return { ...alarm, since: since ?? seen.toISOString() };
}

function keyOf(code: string, subjectId: string): string {
  return `${code} ${subjectId}`;
}
