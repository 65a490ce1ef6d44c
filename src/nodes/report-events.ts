import type { DomainEvent } from '../platform/common';
import type { NodeEvent, NodeReport } from '../media/contract';
import type { MediaNode } from './media-node.entity';
import { MediaChannelChanged, MediaMemberChanged } from './nodes.events';

/** What a report says that was not taken in before. */
export interface ReportNews {
  /** The boot id is another than last time. */
  restarted: boolean;
  /** The node has reported before. */
  known: boolean;
  events: NodeEvent[];
  /** `seq` of the newest event of this boot. */
  lastSeq: number;
}

/** Nodes resend events until a report is answered; each is taken once, in order. */
export function newsOf(
  node: Pick<MediaNode, 'bootId' | 'lastSeq'>,
  { bootId, events }: Pick<NodeReport, 'bootId' | 'events'>,
): ReportNews {
  const restarted = node.bootId !== bootId;
  const seen = restarted ? 0 : node.lastSeq;
  const news = events.filter(({ seq }) => seq > seen);
  return {
    restarted,
    known: node.bootId !== '',
    events: news.map(({ event }) => event),
    lastSeq: news.at(-1)?.seq ?? seen,
  };
}

export function toDomainEvent(nodeId: string, event: NodeEvent): DomainEvent {
  switch (event.type) {
    case 'channel': {
      const { channelId, source, epoch, publishers, viewers, video, settings, relay } = event;
      const channel = { channelId, source, epoch, publishers, viewers, video, settings, relay };
      return new MediaChannelChanged(nodeId, channel);
    }
    case 'member': {
      const { conferenceId, memberId, userId, connected, audio, video, permissions } = event;
      return new MediaMemberChanged(
        nodeId,
        conferenceId,
        memberId,
        userId,
        connected,
        audio,
        video,
        permissions,
      );
    }
  }
}
