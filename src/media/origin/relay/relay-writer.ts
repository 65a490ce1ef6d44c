import { isFrame, type MediaUnit, type Stream } from '../../stream';
import type { RtmpPusher } from '../../rtmp';
import { streamMetadata } from '../flv/flv-packager';

/** In the metadata of a relay: the channel that it comes from. Servers between here and there pass it on. */
export const RELAYED_FROM = 'lianmaiChannel';

/**
 * Writes a stream to one session of a relay, from the current GOP or the next keyframe on. When the source changes,
 * RTMP servers take new headers as they come; end-of-sequence markers are for our own viewers only.
 */
export class RelayWriter {
  private begun = false;
  /** The configurations have changed since onMetaData. */
  private metadataDue = true;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly channelId: string,
    private readonly stream: Stream,
    private readonly pusher: RtmpPusher,
    private readonly onTooSlow: () => void,
  ) {
    this.unsubscribe = stream.subscribe((unit) => this.onUnit(unit));
    const burst = stream.burst();
    this.begun = burst.length > 0;
    for (const unit of burst) this.send(unit);
  }

  /** Idempotent. */
  close(): void {
    this.unsubscribe();
  }

  private onUnit(unit: MediaUnit): void {
    if (!this.begun) {
      if (!this.stream.isStart(unit)) return;
      this.begun = true;
      for (const config of this.stream.configs(unit.dtsMs)) this.send(config);
    }
    this.send(unit);
    if (this.pusher.tooSlow) this.onTooSlow();
  }

  private send(unit: MediaUnit): void {
    const { pusher, stream } = this;
    if (isFrame(unit) && this.metadataDue) {
      this.metadataDue = false;
      pusher.sendMetadata({ ...streamMetadata(stream), [RELAYED_FROM]: this.channelId }, unit.dtsMs);
    }
    switch (unit.kind) {
      case 'video':
        return pusher.sendVideo(unit);
      case 'audio':
        return pusher.sendAudio(unit);
      case 'video-config':
        this.metadataDue = true;
        return pusher.sendVideoConfig(unit.config, unit.dtsMs);
      case 'audio-config':
        this.metadataDue = true;
        return pusher.sendAudioConfig(unit.config, unit.dtsMs);
      case 'discontinuity':
        return;
    }
  }
}
