/** The m-line of a publish connection that carries a screen: there from the first screen on, inactive without one. */
import type { Platform } from '../platform';
import { callCodecs, preferCodecs } from './video-codecs';

/** bit/s: letters at 1080p. */
const MAX_BITRATE = 2_500_000;

export class ScreenLine {
  track: MediaStreamTrack | null = null;
  private readonly lines = new WeakMap<RTCPeerConnection, RTCRtpTransceiver>();

  constructor(private readonly platform: Platform) {}

  /** Brings a connection in line with `track`; it is to be described afterwards. */
  async addTo(pc: RTCPeerConnection): Promise<void> {
    const line = this.lines.get(pc);
    if (!line) return this.track ? this.begin(pc, this.track) : undefined;
    line.direction = this.track ? 'sendonly' : 'inactive';
    await line.sender.replaceTrack(this.track);
  }

  /** Null: none is shared, or it isn't described yet. */
  midOn(pc: RTCPeerConnection): string | null {
    return this.track ? (this.lines.get(pc)?.mid ?? null) : null;
  }

  private begin(pc: RTCPeerConnection, track: MediaStreamTrack): void {
    const line = pc.addTransceiver(track, {
      direction: 'sendonly',
      streams: [new this.platform.MediaStream([track])],
      sendEncodings: [{ maxBitrate: MAX_BITRATE }],
    });
    this.lines.set(pc, line);
    preferCodecs(line, this.platform, callCodecs);
  }
}
