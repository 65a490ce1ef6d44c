import { AmfError } from '../../codec/flv/amf0';
import { RtmpProtocolError } from '../../rtmp';
import type { SourceCloseReason } from '../source';

/** Why a peer was refused or closed: begins the description of the `onStatus` that it is told by. Stable. */
export type RefusalCode =
  | 'push_token_invalid'
  | 'play_token_invalid'
  | 'channel_not_on_air'
  | 'codec_unsupported'
  | 'media_invalid'
  | 'relay_loop'
  | 'rtmp_invalid'
  | 'nothing_asked'
  | 'publisher_silent'
  | `publisher_${SourceCloseReason}`
  | 'server_stopping'
  | 'internal_error';

/** A peer is closed for this; the message is for the person at the encoder. */
export class RtmpRefusal extends Error {
  constructor(
    readonly reason: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}

/** What a peer is told of the error that closes it. */
export function refusalOf(error: Error): RtmpRefusal {
  if (error instanceof RtmpRefusal) return error;
  const isTheirs = error instanceof RtmpProtocolError || error instanceof AmfError;
  return isTheirs
    ? new RtmpRefusal('rtmp_invalid', error.message)
    : new RtmpRefusal('internal_error', 'the server failed');
}

/** What a publisher is told when the hub closes it. */
export function refusalBy(reason: SourceCloseReason): RtmpRefusal {
  return new RtmpRefusal(`publisher_${reason}`, CLOSED_BY_HUB[reason]);
}

const CLOSED_BY_HUB: Record<SourceCloseReason, string> = {
  ended: 'the publishing was ended',
  superseded: 'a newer publisher has taken over this channel',
  disconnected: 'the publisher was disconnected by the server',
  closed: 'the channel was closed',
};
