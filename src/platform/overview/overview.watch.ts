import { Inject, Injectable } from '@nestjs/common';
import { Log, Sweeper } from '../common';
import { CONFIG, type RuntimeConfig, servesApi } from '../config';
import { DUTIES, LastingConnection } from '../database';
import { type Collected, OverviewCollector } from './overview.collector';
import { type NewSample, OverviewRepository } from './overview.repository';

const LOOK_MS = 5_000;
const MINUTE_MS = 60_000;
/** What is old is removed so often, minutes. */
const FORGET_MINUTES = 30;

/** Looks at the whole system every few seconds: since when there are alarms, and each minute what there is. One process does it. */
@Injectable()
export class OverviewWatch extends Sweeper {
  /** Which was written down last, since 1970. */
  private minute = 0;

  constructor(
    @Inject(CONFIG) config: RuntimeConfig,
    connection: LastingConnection,
    private readonly collector: OverviewCollector,
    private readonly rows: OverviewRepository,
  ) {
    const duty = servesApi(config) ? connection.duty(DUTIES.overview) : () => false;
    super(new Log('overview'), LOOK_MS, { firstMs: LOOK_MS, duty });
  }

  protected async round(): Promise<void> {
    const collected = await this.collector.collect();
    const keys = collected.alarms.map(({ code, subject }) => ({ code, subjectId: subject.id }));
    await this.rows.setAlarms(keys, collected.at);
    const minute = Math.floor(collected.at.getTime() / MINUTE_MS);
    if (minute === this.minute) return;
    await this.rows.addSamples(samplesOf(collected), new Date(minute * MINUTE_MS));
    this.minute = minute;
    if (minute % FORGET_MINUTES === 0) await this.rows.forgetOld();
  }
}

export function samplesOf({ figures, mixers, nodes }: Collected): NewSample[] {
  const cores = new Map<string, number>();
  for (const { host, coresUsed } of mixers) cores.set(host, (cores.get(host) ?? 0) + coresUsed);
  const { viewers, onAir, bypassOnAir, peopleInCalls, outBitrate } = figures;
  return [
    { name: 'viewers', subject: '', value: viewers },
    { name: 'on_air', subject: '', value: onAir + bypassOnAir },
    { name: 'people_in_calls', subject: '', value: peopleInCalls },
    { name: 'out_bitrate', subject: '', value: outBitrate },
    ...[...cores].map(([subject, value]): NewSample => ({ name: 'mixer_cpu', subject, value })),
    ...nodes
      .filter(({ alive }) => alive)
      .map(({ id, load }): NewSample => ({ name: 'node_load', subject: id, value: load })),
  ];
}
