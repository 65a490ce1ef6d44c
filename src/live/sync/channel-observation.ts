import { isDeepStrictEqual } from 'node:util';
import type { DomainEvent } from '../../platform/common';
import type { ChannelSource } from '../../contracts';
import type { ChannelSnapshot } from '../../media/contract';
import type { Channel } from '../channel.entity';
import { sameWarnings, troublesOf } from '../host-stream';
import {
  ChannelRelayChanged,
  ChannelSourceChanged,
  HostPublishChanged,
  HostStreamWarningsChanged,
  MixPublishChanged,
} from '../live.events';

/** What a node reports of one channel, in the row's terms. */
export type Observation = Pick<
  Channel,
  | 'source'
  | 'sourceVersion'
  | 'sourceEpoch'
  | 'hostPublishing'
  | 'mixEpochs'
  | 'viewers'
  | 'hostVideo'
  | 'stream'
  | 'relayStatus'
>;

const NO_RELAY = { state: 'idle', reason: null } as const;

/** What goes on from one observation of a channel to the next. */
type Before = Pick<Channel, 'source' | 'sourceVersion' | 'hostVideo'>;

export function observationOf(snapshot: ChannelSnapshot, row: Before): Observation {
  return {
    ...sourceAfter(row, snapshot.source),
    sourceEpoch: snapshot.epoch,
    hostPublishing: ready(snapshot).some(({ role }) => role === 'host'),
    mixEpochs: mixEpochs(snapshot),
    viewers: snapshot.viewers,
    hostVideo: snapshot.source === 'host' && snapshot.video ? snapshot.video : row.hostVideo,
    stream: snapshot.stream ?? null,
    relayStatus: snapshot.relay,
  };
}

/** The node does not carry the channel. */
export function nothingObserved(row: Before): Observation {
  return {
    ...sourceAfter(row, 'none'),
    sourceEpoch: 0,
    hostPublishing: false,
    mixEpochs: [],
    viewers: 0,
    hostVideo: row.hostVideo,
    stream: null,
    relayStatus: null,
  };
}

/** Does somebody publish the channel, or watch it? */
export function isLive({ source, hostPublishing, mixEpochs, viewers }: Observation): boolean {
  return source !== 'none' || hostPublishing || mixEpochs.length > 0 || viewers > 0;
}

/** Should an operator look at it? */
export function isInTrouble(seen: Observation): boolean {
  return troublesOf(seen).length > 0 || seen.relayStatus?.state === 'retrying';
}

export function isSame(before: Observation, seen: Observation): boolean {
  return (
    before.source === seen.source &&
    before.sourceEpoch === seen.sourceEpoch &&
    before.hostPublishing === seen.hostPublishing &&
    before.mixEpochs.join() === seen.mixEpochs.join() &&
    before.viewers === seen.viewers &&
    isDeepStrictEqual(before.hostVideo, seen.hostVideo) &&
    isDeepStrictEqual(before.stream, seen.stream) &&
    isDeepStrictEqual(before.relayStatus, seen.relayStatus)
  );
}

/** What the other rooms are told of the difference; the number of viewers alone is no event. */
export function eventsOf(channelId: string, before: Observation, seen: Observation): DomainEvent[] {
  const events: DomainEvent[] = [];
  if (before.source !== seen.source || before.sourceEpoch !== seen.sourceEpoch) {
    const { source, sourceEpoch, sourceVersion } = seen;
    events.push(new ChannelSourceChanged(channelId, source, sourceEpoch, before.source, sourceVersion));
  }
  if (before.hostPublishing !== seen.hostPublishing) {
    events.push(new HostPublishChanged(channelId, seen.hostPublishing));
  }
  if (!sameWarnings(before, seen)) events.push(new HostStreamWarningsChanged(channelId));
  if (before.mixEpochs.join() !== seen.mixEpochs.join()) {
    events.push(new MixPublishChanged(channelId, seen.mixEpochs));
  }
  const { state, reason } = seen.relayStatus ?? NO_RELAY;
  const relayBefore = before.relayStatus ?? NO_RELAY;
  if (relayBefore.state !== state || relayBefore.reason !== reason) {
    events.push(new ChannelRelayChanged(channelId, state, reason));
  }
  return events;
}

/** The host pushes with an older key (encoders keep theirs), or a promotion did not reach the node. */
export function isHostBehind({ publishers }: ChannelSnapshot, hostEpoch: number): boolean {
  return publishers.some(({ role, epoch }) => role === 'host' && epoch < hostEpoch);
}

function sourceAfter(before: Before, source: ChannelSource): Pick<Channel, 'source' | 'sourceVersion'> {
  return { source, sourceVersion: before.sourceVersion + (source === before.source ? 0 : 1) };
}

/** A publisher whose codecs weren't accepted yet may be refused in the next moment: nobody is told of it. */
function ready({ publishers }: ChannelSnapshot): ChannelSnapshot['publishers'] {
  return publishers.filter((publisher) => publisher.ready !== false);
}

function mixEpochs(snapshot: ChannelSnapshot): number[] {
  const epochs = ready(snapshot)
    .filter(({ role }) => role === 'mix')
    .map(({ epoch }) => epoch);
  return [...new Set(epochs)].sort((a, b) => a - b);
}
