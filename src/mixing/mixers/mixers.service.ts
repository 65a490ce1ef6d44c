import { Injectable } from '@nestjs/common';
import { type Caller, requireAdmin } from '../../auth';
import {
  type Alarm,
  type HasMetrics,
  type HasOverview,
  type Metric,
  METRICS,
  OVERVIEW,
  type OverviewPart,
  type PageQuery,
  readCursor,
  writeCursor,
} from '../../platform/common';
import type { ListView, MixerView } from '../../contracts';
import type { HostUse } from './host-room';
import type { MixWorker } from './mix-worker.entity';
import { MixerLoadRepository } from './mixer-load.repository';
import { roundCores } from './mix-cost';
import { withUse } from './mixer-load';

const DEFAULT_LIMIT = 100;

/** What operators see of the mixers. */
@Injectable()
export class MixersService implements HasMetrics, HasOverview {
  constructor(private readonly load: MixerLoadRepository) {}

  /** By machine. @throws DomainError not_allowed, invalid_input */
  async list(caller: Caller, { limit = DEFAULT_LIMIT, cursor }: PageQuery): Promise<ListView<MixerView>> {
    requireAdmin(caller, 'see the mixers');
    const after = cursor === undefined ? null : readCursor(cursor, isPlace);
    const all = (await this.all()).filter((mixer) => after === null || isBehind(mixer, after));
    const items = all.slice(0, limit).map(mixerView);
    const last = all.length > limit ? all[limit - 1] : undefined;
    return { items, nextCursor: last ? writeCursor(placeOf(last)) : null };
  }

  /** Of those that live. */
  async [METRICS](): Promise<Metric[]> {
    const mixers = (await this.all()).map(mixerView);
    const each = (name: string, help: string, of: (mixer: MixerView) => number): Metric => ({
      name: `lianmai_mixer_${name}`,
      help,
      type: 'gauge',
      values: mixers.map((mixer) => ({ labels: { host: mixer.host, mixer: mixer.id }, value: of(mixer) })),
    });
    return [
      each('cores', 'CPU cores that the mixes of a mixer may take.', (mixer) => mixer.cores),
      each('cores_used', 'CPU cores that its mixes take.', (mixer) => mixer.coresUsed),
      each('cores_free', 'CPU cores that are free for another mix.', (mixer) => mixer.coresFree),
      each('slots', 'Mixes that a mixer takes at a time.', (mixer) => mixer.slots),
      each('running', 'Mixes that a mixer has.', (mixer) => mixer.running),
    ];
  }

  async [OVERVIEW](): Promise<OverviewPart> {
    const mixers = (await this.all()).map(mixerView);
    const busy = mixers.filter(({ cores, coresUsed }) => coresUsed > cores);
    return { mixers, alarms: busy.map(overloadAlarm) };
  }

  private async all(): Promise<(MixWorker & HostUse)[]> {
    return withUse(await this.load.read()).sort((a, b) => (isBehind(a, placeOf(b)) ? 1 : -1));
  }
}

type Place = [host: string, id: string];

function placeOf({ host, presence }: MixWorker): Place {
  return [host, String(presence)];
}

function isPlace(value: unknown): value is Place {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

function isBehind(mixer: MixWorker, [afterHost, afterId]: Place): boolean {
  const [host, id] = placeOf(mixer);
  return host === afterHost ? id > afterId : host > afterHost;
}

function mixerView({ presence, host, cores, used, slots, running, seenAt }: MixWorker & HostUse): MixerView {
  return {
    id: String(presence),
    host,
    cores,
    coresUsed: roundCores(used),
    coresFree: roundCores(Math.max(0, cores - used)),
    slots,
    running,
    lastSeenAt: seenAt.toISOString(),
  };
}

function overloadAlarm({ id, host, cores, coresUsed }: MixerView): Alarm {
  return {
    code: 'mixer_overloaded',
    subject: { type: 'mixer', id, name: host },
    ...{ channelId: null, reason: null, value: coresUsed, expected: cores },
  };
}
