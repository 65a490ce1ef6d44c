/** A camera of one colour and a microphone with one tone, sent as docs/mas-protocol.md says. Nothing of the product's media plane. */
import {
  MediaStreamTrack,
  RTCPeerConnection,
  type RTCRtpTransceiver,
  RtpHeader,
  RtpPacket,
  useH264,
  useOPUS,
} from 'werift';
import { Pace } from '../../../src/demo/synthetic/pace';
import { SyntheticCamera, SyntheticMicrophone } from '../../../src/demo/synthetic/synthetic-media';

const [WIDTH, HEIGHT, FPS] = [320, 180, 15];
const OPUS_MS = 20;
/** Bytes of a packet's payload. */
const MAX_PAYLOAD = 1200;
const FU_A = 28;

/** A WebRTC library that is not the server's, with the codecs of §5 and §6, bundled (§4). */
export function makePeer(iceServers: { urls: string }[]): RTCPeerConnection {
  const parameters = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f';
  return new RTCPeerConnection({
    iceServers,
    bundlePolicy: 'max-bundle',
    codecs: { video: [useH264({ parameters })], audio: [useOPUS()] },
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
  });
}

export class ProtocolMedia {
  private readonly audio = new MediaStreamTrack({ kind: 'audio' });
  private readonly video = new MediaStreamTrack({ kind: 'video' });
  private readonly camera: SyntheticCamera;
  private readonly microphone: SyntheticMicrophone;
  private readonly paces: Pace[];
  private sequence = 0;

  /**
   * @param color `#rrggbb`
   * @param tone Hz
   */
  constructor(color: string, tone: number) {
    this.camera = new SyntheticCamera({
      ...{ picture: `color=c=${color.replace('#', '0x')}`, width: WIDTH, height: HEIGHT, fps: FPS },
      // Only what is asked for (§5) brings a keyframe within a call.
      ...{ gop: FPS * 600, bitrate: 300_000 },
    });
    this.microphone = new SyntheticMicrophone('opus', tone);
    this.paces = [
      new Pace(1000 / FPS, (timeMs) => {
        this.send(this.video, packetize(this.camera.next().data), (timeMs * 90_000) / 1000);
      }),
      new Pace(OPUS_MS, (timeMs) => {
        this.send(this.audio, [this.microphone.next().data], (timeMs * 48_000) / 1000);
      }),
    ];
  }

  /** §5: a `sendonly` m-line each; the camera answers PLI with a keyframe. */
  addTo(pc: RTCPeerConnection): void {
    const added: RTCRtpTransceiver[] = [this.audio, this.video].map((track) =>
      pc.addTransceiver(track, { direction: 'sendonly' }),
    );
    added[1]!.sender.onPictureLossIndication.subscribe(() => this.camera.requestKeyframe());
  }

  close(): void {
    this.paces.forEach((pace) => pace.stop());
    this.camera.close();
    this.microphone.close();
  }

  private send(track: MediaStreamTrack, payloads: Buffer[], timestamp: number): void {
    payloads.forEach((payload, index) => {
      const header = new RtpHeader({
        marker: index === payloads.length - 1,
        sequenceNumber: this.sequence++ & 0xffff,
        timestamp: Math.round(timestamp) >>> 0,
      });
      track.writeRtp(new RtpPacket(header, payload));
    });
  }
}

/** An access unit in Annex B as payloads of mode 1: single NAL units, and FU-A for larger ones (RFC 6184 §5.6, §5.8). */
function packetize(accessUnit: Buffer): Buffer[] {
  return nalUnits(accessUnit).flatMap((unit) => {
    if (unit.length <= MAX_PAYLOAD) return [unit];
    const [head, body] = [unit[0]!, unit.subarray(1)];
    const count = Math.ceil(body.length / (MAX_PAYLOAD - 2));
    return Array.from({ length: count }, (_, index) => {
      const start = index === 0 ? 0x80 : 0;
      const end = index === count - 1 ? 0x40 : 0;
      const part = body.subarray(index * (MAX_PAYLOAD - 2), (index + 1) * (MAX_PAYLOAD - 2));
      return Buffer.concat([Buffer.from([(head & 0xe0) | FU_A, start | end | (head & 0x1f)]), part]);
    });
  });
}

/** Between start codes of three or four bytes. */
function nalUnits(stream: Buffer): Buffer[] {
  const units: Buffer[] = [];
  const code = Buffer.from([0, 0, 1]);
  for (let at = stream.indexOf(code); at >= 0;) {
    const next = stream.indexOf(code, at + 3);
    let end = next < 0 ? stream.length : next;
    while (next >= 0 && stream[end - 1] === 0) end--;
    units.push(stream.subarray(at + 3, end));
    at = next;
  }
  return units;
}
