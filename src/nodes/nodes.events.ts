import { DomainEvent } from '../platform/common';
import type { ChannelSnapshot, NodeSnapshot } from '../media/contract';

/**
 * Something was told of a node. `order` rises with every report of the node and with its loss, over all boots and all
 * processes that take reports; what one report says has one order. NodeFeed keeps it.
 */
abstract class NodeTold extends DomainEvent {
  constructor(
    readonly nodeId: string,
    readonly order: number,
  ) {
    super();
  }
}

/** What is on the air of a channel, or who publishes to it, changed on a node. Published at once, in order. */
export class MediaChannelChanged extends NodeTold {
  constructor(
    nodeId: string,
    order: number,
    readonly channel: ChannelSnapshot,
  ) {
    super(nodeId, order);
  }
}

/** A member's media connection came, went, or changed what it sends. Published at once, in order. */
export class MediaMemberChanged extends NodeTold {
  constructor(
    nodeId: string,
    order: number,
    readonly conferenceId: string,
    readonly memberId: string,
    readonly userId: string,
    readonly connected: boolean,
    /** What arrives from the member. */
    readonly audio: boolean,
    readonly video: boolean,
    /** Version of the permissions that the node has. */
    readonly permissions: number,
  ) {
    super(nodeId, order);
  }
}

/** Every report of a node (at least every 2 s): all that it carries, for listeners that missed an event. */
export class NodeReported extends NodeTold {
  constructor(
    nodeId: string,
    order: number,
    readonly snapshot: NodeSnapshot,
  ) {
    super(nodeId, order);
  }
}

/** A node was silent for too long: what it carried is gone or can't be reached. */
export class NodeLost extends NodeTold {}

/** A node reports under a new boot id: what it carried before is gone. Published before its first NodeReported. */
export class NodeRestarted extends NodeTold {}

/** All that is told of a node; whatever a report brings, its NodeReported comes last. */
export type NodeNews = MediaChannelChanged | MediaMemberChanged | NodeReported | NodeLost | NodeRestarted;
