import type { JoinView, MasCloseCode, MasKind, WantedPicture } from '../contracts';
import type { Platform } from '../platform';
import { MasClient, type RemoteTrack } from './mas-client';

export interface CallLink {
  /** Microphone or camera: what is muted isn't sent. */
  setMuted(kind: MasKind, muted: boolean): void;
  /** How large the others are shown. */
  want(pictures: WantedPicture[]): void;
  /** Another device of the same kind, without a gap in the other kind. */
  replaceTrack(track: MediaStreamTrack): void;
  /** Leaves. Idempotent. */
  close(): void;
}

interface CallLinkEvents {
  access: () => Promise<JoinView['mas']>;
  state: (state: 'joining' | 'connected' | 'reconnecting') => void;
  /** What the others send now, by user. A stream stays the same object while its tracks do. */
  remotes: (streams: Map<string, MediaStream>) => void;
  /** The server ended it; it doesn't reconnect. */
  closed: (code: MasCloseCode) => void;
}

/** A connection to the MAS that sends `media` and comes back by itself, as the pages want to see it. */
export function openCallLink(media: MediaStream, platform: Platform, on: CallLinkEvents): CallLink {
  const client = new MasClient({ getAccess: on.access, platform });
  let streams = new Map<string, MediaStream>();
  const tracksChanged = () => on.remotes((streams = streamsByUser(platform, client.remoteTracks, streams)));
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
    want: (pictures) => client.want(pictures),
    replaceTrack: (track) => void client.replaceTrack(track).catch(() => undefined),
    close: () => client.close(),
  };
}

/** Groups tracks by user; a user whose tracks are the same as `before` keeps the stream, so that the tile plays on. */
function streamsByUser(
  { MediaStream: Stream }: Platform,
  tracks: readonly RemoteTrack[],
  before: ReadonlyMap<string, MediaStream>,
): Map<string, MediaStream> {
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
