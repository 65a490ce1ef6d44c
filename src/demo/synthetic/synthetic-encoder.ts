import { annexBToAvcc, buildAvcDecoderConfig, NAL, nalType, splitAnnexB } from '../../media/codec/h264/h264';
import { RtmpPusher } from '../../media/rtmp';
import { Pace } from './pace';
import {
  type CameraOptions,
  type EncodedUnit,
  SyntheticCamera,
  SyntheticMicrophone,
} from './synthetic-media';

const PUSH = { connectTimeoutMs: 5000, maxQueueBytes: 4 << 20 };

/** In place of a host's OBS: pushes a test picture and a tone to an RTMP address until it is closed. */
export class SyntheticEncoder {
  private readonly paces: Pace[];
  private configured = false;

  private constructor(
    private readonly pusher: RtmpPusher,
    private readonly camera: SyntheticCamera,
    private readonly microphone: SyntheticMicrophone,
    { fps }: CameraOptions,
  ) {
    this.pusher.sendAudioConfig(microphone.config);
    this.paces = [
      new Pace(1000 / fps, (timeMs) => this.sendVideo(camera.next(), Math.round(timeMs))),
      new Pace((microphone.unitSamples / 48_000) * 1000, (timeMs) =>
        this.pusher.sendAudio({ dtsMs: Math.round(timeMs), data: microphone.next().data }),
      ),
    ];
    this.pusher.once('close', () => this.stop());
  }

  /**
   * @param tone Hz
   * @throws RtmpRefusedError when the address is not accepted
   */
  static async start(url: string, camera: CameraOptions, tone: number): Promise<SyntheticEncoder> {
    const pusher = await RtmpPusher.connect(url, PUSH);
    return new SyntheticEncoder(
      pusher,
      new SyntheticCamera(camera),
      new SyntheticMicrophone('aac', tone),
      camera,
    );
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.paces.forEach((pace) => pace.stop());
    await this.pusher.close();
  }

  private sendVideo({ data, keyframe }: EncodedUnit, dtsMs: number): void {
    if (!this.configured) this.sendConfig(data);
    this.pusher.sendVideo({ dtsMs, ptsMs: dtsMs, keyframe, data: annexBToAvcc(data) });
  }

  private sendConfig(keyframe: Buffer): void {
    const units = splitAnnexB(keyframe);
    const ofType = (type: number) => units.filter((unit) => nalType(unit) === type);
    this.pusher.sendVideoConfig(buildAvcDecoderConfig(ofType(NAL.sps), ofType(NAL.pps)));
    this.configured = true;
  }

  private stop(): void {
    this.paces.forEach((pace) => pace.stop());
    this.camera.close();
    this.microphone.close();
  }
}
