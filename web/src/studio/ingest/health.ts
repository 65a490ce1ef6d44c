/** How the host's encoder does, as the server tells it; pure. */
import type { HostStreamView } from '../../contracts';

/** From so far apart on keyframes are too far, ms. */
const LONG_GOP_MS = 4000;

export interface Fact {
  what: 'picture' | 'gop' | 'bitrate' | 'codec' | 'sound' | 'transport';
  value: string;
  tone: 'ok' | 'warn' | null;
}

/** @param bitrate writes bit/s */
export function factsOf(stream: HostStreamView, bitrate: (bits: number) => string): Fact[] {
  const { width, height, fps, keyframeIntervalMs, measured } = stream;
  const facts: Fact[] = [];
  const add = (what: Fact['what'], value: string, tone: Fact['tone'] = null) =>
    void facts.push({ what, value, tone });
  if (measured) add('bitrate', bitrate(measured.bitrate));
  if (width > 0) add('picture', `${width}×${height}${fps > 0 ? ` · ${Math.round(fps)} fps` : ''}`);
  if (keyframeIntervalMs > 0) {
    const isLong = keyframeIntervalMs > LONG_GOP_MS;
    add('gop', `${(keyframeIntervalMs / 1000).toFixed(1)} s`, isLong ? 'warn' : 'ok');
  }
  if (measured?.video) add('codec', `${measured.video.codec.toUpperCase()} · ${measured.video.profile}`);
  if (measured?.audio) {
    const { codec, sampleRate } = measured.audio;
    add('sound', `${codec.toUpperCase()} · ${sampleRate / 1000} kHz`);
  }
  if (measured) add('transport', measured.transport.toUpperCase());
  return facts;
}
