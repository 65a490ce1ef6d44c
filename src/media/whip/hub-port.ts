import type { PublishGrant } from '../contract';
import type { MediaUnit } from '../stream';

/** A publisher's place in the hub. */
export interface PublishPort {
  write(unit: MediaUnit): void;
  /** The publisher has gone. Idempotent. */
  end(): void;
}

/** What WHIP needs of the hub. */
export interface HubPort {
  /** Adds a granted publisher; `onClose` is called when the hub closes it for a reason of its own. */
  publish(
    grant: PublishGrant,
    onClose: (reason: 'ended' | 'superseded' | 'disconnected' | 'closed') => void,
    transport: 'whip',
  ): PublishPort;
}
