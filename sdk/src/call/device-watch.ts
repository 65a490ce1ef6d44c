import type { Platform } from '../platform';
import { requestOf, type TrackKind } from './local-media';

export interface DeviceEvents {
  /** It was unplugged, or the system took it away. */
  lost(kind: TrackKind): void;
  /** Another one, in place of one that was lost. Its track is the listener's. */
  found(track: MediaStreamTrack): void;
}

/** Notices when the device behind a track is gone, and takes another as soon as there is one. */
export class DeviceWatch {
  private media: MediaStream | null = null;
  private readonly gone = new Set<TrackKind>();
  private readonly onChange = () => void this.seek();

  constructor(
    private readonly platform: Pick<Platform, 'mediaDevices'>,
    private readonly on: DeviceEvents,
  ) {
    platform.mediaDevices?.addEventListener?.('devicechange', this.onChange);
  }

  /** These tracks, in place of those before; null: none. */
  follow(media: MediaStream | null): void {
    this.media = media;
    for (const track of media?.getTracks() ?? []) {
      const kind = track.kind as TrackKind;
      this.gone.delete(kind);
      // A track that is stopped by its owner doesn't end in this sense (Media Capture and Streams §4.3.2).
      track.addEventListener?.('ended', () => this.media === media && this.lost(kind), { once: true });
    }
    if (!media) this.gone.clear();
  }

  /** There was one, and there is none now. */
  isLost(kind: TrackKind): boolean {
    return this.gone.has(kind);
  }

  /** Looks for others in place of those that are lost. Resolves when they are found, or not. */
  async seek(): Promise<void> {
    for (const kind of [...this.gone]) {
      const track = await this.find(kind);
      // Stopped, or found by somebody else meanwhile.
      if (track && this.gone.delete(kind)) this.on.found(track);
      else track?.stop();
    }
  }

  close(): void {
    this.follow(null);
    this.platform.mediaDevices?.removeEventListener?.('devicechange', this.onChange);
  }

  private lost(kind: TrackKind): void {
    this.gone.add(kind);
    this.on.lost(kind);
    void this.seek();
  }

  private async find(kind: TrackKind): Promise<MediaStreamTrack | null> {
    try {
      const stream = await this.platform.mediaDevices!.getUserMedia(requestOf([kind]));
      return stream.getTracks().find((track) => track.kind === kind) ?? null;
    } catch {
      return null;
    }
  }
}
