import type { NodeEvent, NodeReport } from '../media/contract';
import type { MediaNode } from './media-node.entity';
import { MediaChannelChanged, MediaMemberChanged, type NodeNews } from './nodes.events';

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

/**
 * Nodes resend events until a report is answered; each is taken once, in order.
 * @returns null for a report that is older than one that was taken: it came late, by another process
 */
export function newsOf(
  node: Pick<MediaNode, 'bootId' | 'lastSeq' | 'reportSeq'>,
  { bootId, seq, events }: Pick<NodeReport, 'bootId' | 'seq' | 'events'>,
): ReportNews | null {
  const restarted = node.bootId !== bootId;
  if (!restarted && seq <= node.reportSeq) return null;
  const seen = restarted ? 0 : node.lastSeq;
  const news = events.filter((event) => event.seq > seen);
  return {
    restarted,
    known: node.bootId !== '',
    events: news.map(({ event }) => event),
    lastSeq: news.at(-1)?.seq ?? seen,
  };
}

export function toDomainEvent(nodeId: string, order: number, event: NodeEvent): NodeNews {
  switch (event.type) {
    case 'channel': {
      const { channelId, source, epoch, publishers, viewers, video, stream, settings, relay } = event;
      const channel = { channelId, source, epoch, publishers, viewers, video, stream, settings, relay };
      return new MediaChannelChanged(nodeId, order, channel);
    }
    case 'member': {
      const { conferenceId, memberId, userId, connected, audio, video, permissions } = event;
      return new MediaMemberChanged(
        nodeId,
        order,
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
