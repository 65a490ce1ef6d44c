import type { JoinView, MasCloseCode, MasKind, WantedPicture } from '../contracts';
import type { Platform } from '../platform';
import { MasClient, type RemoteTrack } from './mas-client';

export interface CallLink {
  /** Microphone or camera: what is muted isn't sent. */
  setMuted(kind: MasKind, muted: boolean): void;
  /** A screen beside the camera; null: no longer. */
  shareScreen(track: MediaStreamTrack | null): void;
  /** How large the others are shown. */
  want(pictures: WantedPicture[]): void;
  /** Another device of the same kind, without a gap in the other kind. */
  replaceTrack(track: MediaStreamTrack): void;
  /** To where the conference is now. */
  reconnect(): void;
  /** The peer connection that sends, for statistics; null: there is none just now. */
  connection(): RTCPeerConnection | null;
  /** Leaves. Idempotent. */
  close(): void;
}

export type Streams = Map<string, MediaStream>;

interface CallLinkEvents {
  access: () => Promise<JoinView['mas']>;
  state: (state: 'joining' | 'connected' | 'reconnecting') => void;
  /** What the others send now, by user, and their screens. A stream stays the same object while its tracks do. */
  remotes: (streams: Streams, screens: Streams) => void;
  /** The server ended it; it doesn't reconnect. */
  closed: (code: MasCloseCode) => void;
}

/** A connection to the MAS that sends `media` and comes back by itself, as the pages want to see it. */
export function openCallLink(media: MediaStream, platform: Platform, on: CallLinkEvents): CallLink {
  const client = new MasClient({ getAccess: on.access, platform });
  let streams: Streams = new Map();
  let screens: Streams = new Map();
  const tracksChanged = () => {
    const [shared, own] = partition(client.remoteTracks, ({ source }) => source === 'screen');
    streams = streamsByUser(platform, own, streams);
    screens = streamsByUser(platform, shared, screens);
    on.remotes(streams, screens);
  };
  client.on('state', ({ state, code }) => {
    if (state === 'connecting') on.state('joining');
    else if (state === 'connected' || state === 'reconnecting') on.state(state);
    else if (state === 'closed' && code) on.closed(code);
  });
  client.on('remote-track', tracksChanged);
  client.on('remote-track-gone', tracksChanged);
  void client.publish(media);
  client.connect();
  return {
    // A connection that is being lost refuses; the next one is made with what is muted.
    setMuted: (kind, muted) => void client.setMuted(kind, muted).catch(() => undefined),
    shareScreen: (track) => void client.shareScreen(track).catch(() => undefined),
    want: (pictures) => client.want(pictures),
    replaceTrack: (track) => void client.replaceTrack(track).catch(() => undefined),
    reconnect: () => client.reconnect(),
    connection: () => client.connections.pub,
    close: () => client.close(),
  };
}

function partition<T>(all: readonly T[], isFirst: (each: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((each) => !isFirst(each))];
}

/** Groups tracks by user; a user whose tracks are the same as `before` keeps the stream, so that the tile plays on. */
function streamsByUser(
  { MediaStream: Stream }: Platform,
  tracks: readonly RemoteTrack[],
  before: ReadonlyMap<string, MediaStream>,
): Streams {
  const grouped = new Map<string, MediaStreamTrack[]>();
  for (const { userId, track } of tracks) grouped.set(userId, [...(grouped.get(userId) ?? []), track]);
  return new Map([...grouped].map(([userId, own]) => [userId, streamOf(userId, own)]));

  function streamOf(userId: string, own: MediaStreamTrack[]): MediaStream {
    const stream = before.get(userId);
    const had = stream?.getTracks() ?? [];
    const same = had.length === own.length && own.every((track) => had.includes(track));
    return stream && same ? stream : new Stream(own);
  }
}
