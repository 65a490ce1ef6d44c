import { DomainEvent } from '../platform/common';
import type { ChannelSource, RelayState, RelayTrouble } from '../contracts';

/** What viewers of the channel see, or its epoch, has changed. */
export class ChannelSourceChanged extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly source: ChannelSource,
    /** Epoch of the active source, 0 for none. */
    readonly epoch: number,
    readonly previous: ChannelSource,
    /** How many times the channel's source has changed; another epoch of the same source is no change of it. */
    readonly sourceVersion: number,
  ) {
    super();
  }
}

/** The host's encoder connected or is gone, whether it is on the air or stands by. */
export class HostPublishChanged extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly publishing: boolean,
  ) {
    super();
  }
}

/** What is to be said of the stream that the host's encoder sends is something else now. */
export class HostStreamWarningsChanged extends DomainEvent {
  constructor(readonly channelId: string) {
    super();
  }
}

/** A mix connected or is gone, whether it is on the air or stands by. */
export class MixPublishChanged extends DomainEvent {
  constructor(
    readonly channelId: string,
    /** Epochs of the connected mixes; rising. */
    readonly epochs: number[],
  ) {
    super();
  }
}

/** The node that carried the channel is lost: it is on another one when somebody needs it. */
export class ChannelMoved extends DomainEvent {
  constructor(readonly channelId: string) {
    super();
  }
}

/** The node that the host's push address led to is lost: it is another one now. */
export class PushAddressLost extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly ownerId: string,
  ) {
    super();
  }
}

/** An admin has set another mixing mode. */
export class ChannelMixingModeChanged extends DomainEvent {
  constructor(readonly channelId: string) {
    super();
  }
}

/** What is wanted of the channel at its media node has changed. */
export class ChannelSettingsChanged extends DomainEvent {
  constructor(readonly channelId: string) {
    super();
  }
}

/** The relay to the outside connected, failed, or ended. */
export class ChannelRelayChanged extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly state: RelayState,
    readonly reason: RelayTrouble | null,
  ) {
    super();
  }
}

/** The addresses to push to that were given out so far are void. */
export class PushKeysRevoked extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly ownerId: string,
  ) {
    super();
  }
}

/** An admin has suspended the channel, or resumed it. */
export class ChannelSuspensionChanged extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly ownerId: string,
    readonly suspended: boolean,
    readonly note: string | null,
  ) {
    super();
  }
}

/** A viewer was put out, or may watch again. */
export class ViewerBanChanged extends DomainEvent {
  constructor(
    readonly channelId: string,
    readonly userId: string,
    readonly active: boolean,
    /** null: until it is lifted. */
    readonly until: Date | null,
  ) {
    super();
  }
}

/** Visits by the channel's share link that had begun are over. */
export class VisitsEnded extends DomainEvent {
  constructor(readonly channelId: string) {
    super();
  }
}

/** The owner has decided whether bans from the room also keep people from watching. */
export class RoomBansRuleChanged extends DomainEvent {
  constructor(readonly channelId: string) {
    super();
  }
}

export class ChannelDeleted extends DomainEvent {
  constructor(readonly channelId: string) {
    super();
  }
}

/** A user has another avatar, or none any more. */
export class AvatarChanged extends DomainEvent {
  constructor(readonly userId: string) {
    super();
  }
}
