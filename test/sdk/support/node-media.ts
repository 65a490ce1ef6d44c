/** What a camera and a microphone give, as tracks of the WebRTC that is written in TypeScript (werift). */
import { randomInt } from 'node:crypto';
import { MediaStream as WeriftStream, MediaStreamTrack as WeriftTrack } from 'werift';
import { splitAnnexB } from '../../../src/media/codec/h264/h264';
import { packetizeH264 } from '../../../src/media/codec/h264/h264-packetizer';
import { buildRtp } from '../../../src/media/codec/rtp/rtp';
import { Pace } from '../../../src/demo/synthetic/pace';
import { SyntheticCamera, SyntheticMicrophone } from '../../../src/demo/synthetic/synthetic-media';

const [WIDTH, HEIGHT, FPS] = [320, 180, 15];
const OPUS_MS = 20;

/** A camera of one colour and a microphone with one tone, as tracks. */
export class NodeMedia {
  readonly stream: MediaStream;
  private readonly video = new WeriftTrack({ kind: 'video' });
  private readonly audio = new WeriftTrack({ kind: 'audio' });
  private readonly events = { audio: new EventTarget(), video: new EventTarget() };
  private readonly camera: SyntheticCamera;
  private readonly microphone: SyntheticMicrophone;
  private readonly paces: { audio: Pace; video: Pace };
  private sequence = randomInt(0, 0x8000);

  /**
   * @param color `#rrggbb`
   * @param tone Hz
   */
  constructor(color: string, tone: number, kinds: readonly ('audio' | 'video')[] = ['audio', 'video']) {
    const picture = `color=c=${color.replace('#', '0x')}`;
    this.camera = new SyntheticCamera({
      ...{ picture, width: WIDTH, height: HEIGHT, fps: FPS },
      // Nobody tells this camera that a keyframe is wanted.
      ...{ gop: FPS, bitrate: 300_000 },
    });
    this.microphone = new SyntheticMicrophone('opus', tone);
    // What browsers' tracks have beside.
    Object.assign(this.video, { getSettings: () => ({ width: WIDTH, height: HEIGHT }) });
    for (const kind of ['audio', 'video'] as const) {
      const { events } = this;
      Object.assign(this[kind], { addEventListener: events[kind].addEventListener.bind(events[kind]) });
    }
    this.stream = new WeriftStream(kinds.map((kind) => this[kind])) as unknown as MediaStream;
    this.paces = {
      video: new Pace(1000 / FPS, (timeMs) => this.sendPicture(timeMs)),
      audio: new Pace(OPUS_MS, (timeMs) =>
        this.send(this.audio, [this.microphone.next().data], timeMs, 48_000),
      ),
    };
  }

  /** The device is gone. */
  end(kind: 'audio' | 'video'): void {
    this.paces[kind].stop();
    this.events[kind].dispatchEvent(new Event('ended'));
  }

  close(): void {
    Object.values(this.paces).forEach((pace) => pace.stop());
    this.camera.close();
    this.microphone.close();
  }

  private sendPicture(timeMs: number): void {
    const payloads = packetizeH264(splitAnnexB(this.camera.next().data));
    this.send(this.video, payloads, timeMs, 90_000);
  }

  private send(track: WeriftTrack, payloads: Buffer[], timeMs: number, clockRate: number): void {
    const timestamp = Math.round((timeMs * clockRate) / 1000) >>> 0;
    payloads.forEach((payload, index) => {
      const marker = index === payloads.length - 1;
      const sequenceNumber = this.sequence++ & 0xffff;
      // The sender gives it its own SSRC and payload type.
      track.writeRtp(buildRtp({ marker, payloadType: 96, sequenceNumber, timestamp, ssrc: 1, payload }));
    });
  }
}
