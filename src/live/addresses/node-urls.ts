/** Addresses of one channel on its media node, made of the node's own addresses and a signed token. */
import type { PlaybackView, PushUrlView } from '../../contracts';
import type { MediaNodeRef } from '../../nodes';

/** What encoders and WHIP clients push to. */
export function pushUrls(
  { rtmpUrl, mediaUrl }: Pick<MediaNodeRef, 'rtmpUrl' | 'mediaUrl'>,
  channelId: string,
  token: string,
): Omit<PushUrlView, 'expiresAt'> {
  const server = `${rtmpUrl}/live`;
  const key = streamKey(channelId, token);
  return { url: `${server}/${key}`, server, key, whip: { url: `${mediaUrl}/whip/${channelId}`, token } };
}

/**
 * Where a mixer on our own network pushes: the public RTMP address may be a name, a port or a TLS proxy that only the
 * outside can reach.
 */
export function internalPushUrl(
  { controlUrl, rtmpPort }: Pick<MediaNodeRef, 'controlUrl' | 'rtmpPort'>,
  channelId: string,
  token: string,
): string {
  return `rtmp://${new URL(controlUrl).hostname}:${rtmpPort}/live/${streamKey(channelId, token)}`;
}

export function playbackUrls(
  { rtmpUrl, mediaUrl }: Pick<MediaNodeRef, 'rtmpUrl' | 'mediaUrl'>,
  channelId: string,
  token: string,
): Pick<PlaybackView, 'flv' | 'wsFlv' | 'hls' | 'rtmp'> {
  const flv = `${mediaUrl}/live/${channelId}.flv?token=${token}`;
  return {
    flv,
    wsFlv: flv.replace(/^http/, 'ws'),
    hls: `${mediaUrl}/live/${channelId}.m3u8?token=${token}`,
    rtmp: `${rtmpUrl}/live/${channelId}?token=${token}`,
  };
}

/** The stream name that encoders send. */
function streamKey(channelId: string, token: string): string {
  return `${channelId}?token=${token}`;
}
