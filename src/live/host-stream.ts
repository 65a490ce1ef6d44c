import type { HostStreamView, HostStreamWarning, StreamView } from '../contracts';
import type { StreamSnapshot } from '../media/contract';
import type { Channel } from './channel.entity';

/** Above this viewers wait too long for a picture, and a hand-over with them: twice what encoders are asked for, ms. */
const LONG_GOP_MS = 4000;

type Told = Pick<Channel, 'source' | 'hostVideo' | 'stream'>;

/** Warnings that say that something is wrong now; the others are about how the encoder is set. */
const TROUBLES = ['no_sound', 'no_picture', 'low_bitrate'] as const;
export type StreamTrouble = (typeof TROUBLES)[number];

/** What the host may be told of the stream that they push; null: it isn't on the air, or nothing is known of it. */
export function hostStreamView({ source, hostVideo, stream }: Told): HostStreamView | null {
  if (source !== 'host' || (!hostVideo && !stream)) return null;
  const picture = stream ? stream.video : hostVideo;
  const { width = 0, height = 0, fps = 0 } = picture ?? {};
  const keyframeIntervalMs = (picture && hostVideo?.keyframeIntervalMs) ?? 0;
  const warnings: HostStreamWarning[] = [...(stream?.warnings ?? [])];
  if (keyframeIntervalMs > LONG_GOP_MS) warnings.unshift('long_gop');
  return { width, height, fps, keyframeIntervalMs, warnings, measured: stream && streamView(stream) };
}

/** What goes out on a channel. */
export function streamView({ transport, video, audio, usualBitrate }: StreamSnapshot): StreamView {
  const bitrate = (video?.bitrate ?? 0) + (audio?.bitrate ?? 0);
  return { transport, video, audio, bitrate, usualBitrate };
}

/** What is wrong with the stream that a host pushes; a mix is made with or without sound and picture as it is wanted. */
export function troublesOf(told: Told): StreamTrouble[] {
  const warnings = hostStreamView(told)?.warnings ?? [];
  return TROUBLES.filter((trouble) => warnings.includes(trouble));
}

export function sameWarnings(before: Told, now: Told): boolean {
  return warningsOf(before) === warningsOf(now);
}

function warningsOf(told: Told): string {
  return hostStreamView(told)?.warnings.join() ?? '';
}
