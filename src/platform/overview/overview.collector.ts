import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { type Alarm, type HasOverview, OVERVIEW } from '../common';
import type { OverviewFigures, OverviewView } from '../../contracts';

/** All that the rooms know, at one time. */
export interface Collected extends Pick<OverviewView, 'nodes' | 'mixers' | 'applicants' | 'figures'> {
  at: Date;
  alarms: Alarm[];
}

/** However many ask, the rooms are asked once in this time, ms. */
const FRESH_MS = 1000;

const NONE: OverviewFigures = {
  ...{ channels: 0, onAir: 0, bypassOnAir: 0, calls: 0, pks: 0, peopleInCalls: 0, viewers: 0 },
  ...{ outBitrate: 0, applications: 0, applicationChannels: 0, mixesQueued: 0 },
};

/** Asks all rooms what they know of the overview. */
@Injectable()
export class OverviewCollector implements OnApplicationBootstrap {
  private sources: HasOverview[] = [];
  private last: { atMs: number; collected: Promise<Collected> } | null = null;

  constructor(private readonly discovery: DiscoveryService) {}

  onApplicationBootstrap(): void {
    const instances = this.discovery.getProviders().map(({ instance }): unknown => instance);
    this.sources = [...new Set(instances)].filter(hasOverview);
  }

  collect(): Promise<Collected> {
    const now = performance.now();
    if (this.last && now - this.last.atMs < FRESH_MS) return this.last.collected;
    const collected = this.ask();
    this.last = { atMs: now, collected };
    // The next one tries again.
    collected.catch(() => (this.last = null));
    return collected;
  }

  private async ask(): Promise<Collected> {
    const parts = await Promise.all(this.sources.map((source) => source[OVERVIEW]()));
    return {
      at: new Date(),
      figures: Object.assign({}, NONE, ...parts.map(({ figures }) => figures)) as OverviewFigures,
      nodes: parts.flatMap(({ nodes = [] }) => nodes),
      mixers: parts.flatMap(({ mixers = [] }) => mixers),
      alarms: parts.flatMap(({ alarms = [] }) => alarms),
      applicants: parts.flatMap(({ applicants = [] }) => applicants),
    };
  }
}

function hasOverview(instance: unknown): instance is HasOverview {
  return typeof (instance as Partial<HasOverview> | null | undefined)?.[OVERVIEW] === 'function';
}
