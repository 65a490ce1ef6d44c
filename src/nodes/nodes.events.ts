import { DomainEvent } from '../platform/common';
import type { ChannelSnapshot, NodeSnapshot } from '../media/contract';

/** What is on the air of a channel, or who publishes to it, changed on a node. Published at once, in order. */
export class MediaChannelChanged extends DomainEvent {
  constructor(
    readonly nodeId: string,
    readonly channel: ChannelSnapshot,
  ) {
    super();
  }
}

/** A member's media connection came, went, or changed what it sends. Published at once, in order. */
export class MediaMemberChanged extends DomainEvent {
  constructor(
    readonly nodeId: string,
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
    super();
  }
}

/** Every report of a node (at least every 2 s): all that it carries, for listeners that missed an event. */
export class NodeReported extends DomainEvent {
  constructor(
    readonly nodeId: string,
    readonly snapshot: NodeSnapshot,
  ) {
    super();
  }
}

/** A node was silent for too long: what it carried is gone or can't be reached. */
export class NodeLost extends DomainEvent {
  constructor(readonly nodeId: string) {
    super();
  }
}

/** A node reports under a new boot id: what it carried before is gone. Published before its first NodeReported. */
export class NodeRestarted extends DomainEvent {
  constructor(readonly nodeId: string) {
    super();
  }
}
