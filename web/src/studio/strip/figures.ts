/** What goes out to viewers, from what the server and this page know of it; pure. */
import type { ChannelView, CoHostView, HostStreamView, StreamVideo, StreamView } from '../../contracts';
import type { Connection } from './connection';

/** Of the stream: what the figures are made of. */
interface Channel extends Pick<ChannelView, 'source'> {
  stream:
    (Pick<StreamView, 'bitrate'> & { video: Pick<StreamVideo, 'width' | 'height' | 'fps'> | null }) | null;
  hostStream: Pick<HostStreamView, 'width' | 'height' | 'fps'> | null;
}

export interface Outgoing {
  /** bit/s; null: not known. */
  bitrate: number | null;
  fps: number | null;
  size: { width: number; height: number } | null;
}

/** @param own this page's push to the channel; null: it doesn't push */
export function outgoingOf(
  channel: Channel,
  session: Pick<CoHostView, 'output'> | null,
  own: Pick<Connection, 'bitrate' | 'fps'> | null,
): Outgoing {
  const measured = channel.stream;
  if (measured) return { bitrate: measured.bitrate, ...pictureOf(measured.video) };
  if (channel.source === 'mix') return { bitrate: null, ...pictureOf(session?.output ?? null) };
  return {
    bitrate: own?.bitrate || null,
    ...pictureOf(channel.hostStream),
    ...(own?.fps ? { fps: own.fps } : {}),
  };
}

function pictureOf(
  picture: { width: number; height: number; fps: number } | null,
): Omit<Outgoing, 'bitrate'> {
  const size = picture && picture.width > 0 ? { width: picture.width, height: picture.height } : null;
  return { fps: picture?.fps || null, size };
}

/** `4.18 Mb/s`, `640 kb/s`. @param bitrate bit/s */
export function bitrateText(bitrate: number): string {
  return bitrate >= 1e6 ? `${(bitrate / 1e6).toFixed(2)} Mb/s` : `${Math.round(bitrate / 1000)} kb/s`;
}
