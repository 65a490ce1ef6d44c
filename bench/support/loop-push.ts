import { FlvReader, parseFlvAudio, parseFlvVideo } from '../../src/media/codec/flv/flv';
import type { MediaNode } from '../../src/media/node';
import { RtmpPusher } from '../../src/media/rtmp';
import type { MediaUnit } from '../../src/media/stream';

/** Pushes the same few seconds again and again, in real time, with our own RTMP client: no encoder takes CPU. */
export class LoopPush {
  private readonly start = performance.now();
  private readonly timer: NodeJS.Timeout;
  private next = 0;
  private loop = 0;
  private picture = 0;

  private constructor(
    private readonly pusher: RtmpPusher,
    private readonly units: MediaUnit[],
    private readonly seconds: number,
    private readonly onVideo: (index: number) => void,
  ) {
    for (const unit of units) {
      if (unit.kind === 'video-config') pusher.sendVideoConfig(unit.config);
      if (unit.kind === 'audio-config') pusher.sendAudioConfig(unit.config);
    }
    this.timer = setInterval(() => this.sendDue(), 5);
  }

  /**
   * @param seconds what the units last
   * @param onVideo called with the index of each picture (0: the first of the loop) when it is sent
   */
  static async start(
    node: MediaNode,
    token: string,
    units: MediaUnit[],
    seconds: number,
    onVideo: (index: number) => void = () => undefined,
  ): Promise<LoopPush> {
    const url = `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=${token}`;
    return new LoopPush(
      await RtmpPusher.connect(url, { connectTimeoutMs: 5000, maxQueueBytes: 8 << 20 }),
      units,
      seconds,
      onVideo,
    );
  }

  /** Ends the push. Idempotent. */
  cut(): void {
    clearInterval(this.timer);
    void this.pusher.close();
  }

  private sendDue(): void {
    for (;;) {
      const shift = this.loop * this.seconds * 1000;
      const unit = this.units[this.next];
      if (!unit) {
        this.next = 0;
        this.picture = 0;
        this.loop += 1;
        continue;
      }
      if (unit.dtsMs + shift > performance.now() - this.start) return;
      this.next += 1;
      if (unit.kind === 'video') {
        this.onVideo(this.picture++);
        this.pusher.sendVideo({ ...unit, dtsMs: unit.dtsMs + shift, ptsMs: unit.ptsMs + shift });
      } else if (unit.kind === 'audio') {
        this.pusher.sendAudio({ dtsMs: unit.dtsMs + shift, data: unit.data });
      }
    }
  }
}

/** The units of an FLV file. */
export function unitsOfFlv(flv: Buffer): MediaUnit[] {
  return new FlvReader().push(flv).flatMap((tag): MediaUnit[] => {
    const dtsMs = tag.timestampMs;
    if (tag.type === 8) {
      const audio = parseFlvAudio(tag.body);
      if (audio?.kind === 'config') return [{ kind: 'audio-config', dtsMs, config: audio.config }];
      return audio?.kind === 'frame' ? [{ kind: 'audio', dtsMs, data: audio.data }] : [];
    }
    const video = tag.type === 9 ? parseFlvVideo(tag.body) : null;
    if (video?.kind === 'config') return [{ kind: 'video-config', dtsMs, config: video.config }];
    if (video?.kind !== 'frame') return [];
    const { keyframe, data } = video;
    return [{ kind: 'video', dtsMs, ptsMs: dtsMs + video.compositionMs, keyframe, data }];
  });
}
