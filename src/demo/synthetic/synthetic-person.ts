import { type JoinView } from '../../contracts';
import { Log } from '../../platform/common/telemetry/logger';
import { Pace } from './pace';
import { type CameraOptions, SyntheticCamera, SyntheticMicrophone } from './synthetic-media';
import { SyntheticParticipant } from './synthetic-participant';

const OPUS_MS = 20;

/** A person in a conference without a browser: sends a moving test picture and a tone over WebRTC until they leave. */
export class SyntheticPerson {
  private readonly paces: Pace[];

  private constructor(
    private readonly participant: SyntheticParticipant,
    private readonly camera: SyntheticCamera,
    private readonly microphone: SyntheticMicrophone,
    { fps }: CameraOptions,
  ) {
    this.paces = [
      new Pace(1000 / fps, (timeMs) => participant.sendVideo(camera.next().data, timeMs)),
      new Pace(OPUS_MS, (timeMs) => participant.sendAudio(microphone.next().data, timeMs)),
    ];
  }

  /**
   * @param mas as the join answer has it
   * @param tone Hz
   * @param onClosed once, when the call ends it or its connection is lost; not after close()
   */
  static async join(
    mas: JoinView['mas'],
    options: CameraOptions,
    tone: number,
    onClosed?: () => void,
  ): Promise<SyntheticPerson> {
    const camera = new SyntheticCamera(options);
    const participant = await SyntheticParticipant.join({
      url: mas.url,
      token: mas.token,
      logger: new Log('demo'),
      onKeyframeRequest: () => camera.requestKeyframe(),
      onClosed,
    });
    return new SyntheticPerson(participant, camera, new SyntheticMicrophone('opus', tone), options);
  }

  /** Leaves. Call once. */
  async close(): Promise<void> {
    this.paces.forEach((pace) => pace.stop());
    await this.participant.close();
    this.camera.close();
    this.microphone.close();
  }
}
