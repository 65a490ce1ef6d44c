/** Somebody without a browser: the client for apps on WebRTC that is written in TypeScript (werift). */
import { randomInt } from 'node:crypto';
import {
  MediaStream as WeriftStream,
  MediaStreamTrack as WeriftTrack,
  RTCPeerConnection as WeriftPeer,
  useH264,
  useOPUS,
} from 'werift';
import { type Call, type CoHosting, Lianmai, MasClient, type Platform } from '@lianmai/client';
import { splitAnnexB } from '../../../src/media/codec/h264/h264';
import { packetizeH264 } from '../../../src/media/codec/h264/h264-packetizer';
import { buildRtp } from '../../../src/media/codec/rtp/rtp';
import { DocumentedSocket } from '../../support/app/mas-document';
import { Pace } from '../../../src/demo/synthetic/pace';
import { SyntheticCamera, SyntheticMicrophone } from '../../../src/demo/synthetic/synthetic-media';

const [WIDTH, HEIGHT, FPS] = [320, 180, 15];
const OPUS_MS = 20;

/** werift as browsers have it: with the codecs of a call, and no other addresses than this machine's. */
class Peer extends WeriftPeer {
  constructor(open: Set<WeriftPeer>, config: object = {}) {
    super({
      ...config,
      codecs: { video: [useH264({ parameters: H264 })], audio: [useOPUS()] },
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
    });
    open.add(this);
  }
}
const H264 = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f';

/** A camera of one colour and a microphone with one tone, as tracks. */
export class NodeMedia {
  readonly stream: MediaStream;
  private readonly video = new WeriftTrack({ kind: 'video' });
  private readonly audio = new WeriftTrack({ kind: 'audio' });
  private readonly camera: SyntheticCamera;
  private readonly microphone: SyntheticMicrophone;
  private readonly paces: Pace[];
  private sequence = randomInt(0, 0x8000);

  /**
   * @param color `#rrggbb`
   * @param tone Hz
   */
  constructor(color: string, tone: number) {
    const picture = `color=c=${color.replace('#', '0x')}`;
    this.camera = new SyntheticCamera({
      ...{ picture, width: WIDTH, height: HEIGHT, fps: FPS },
      // Nobody tells this camera that a keyframe is wanted.
      ...{ gop: FPS, bitrate: 300_000 },
    });
    this.microphone = new SyntheticMicrophone('opus', tone);
    // What browsers' tracks have beside.
    Object.assign(this.video, { getSettings: () => ({ width: WIDTH, height: HEIGHT }) });
    this.stream = new WeriftStream([this.audio, this.video]) as unknown as MediaStream;
    this.paces = [
      new Pace(1000 / FPS, (timeMs) => this.sendPicture(timeMs)),
      new Pace(OPUS_MS, (timeMs) => this.send(this.audio, [this.microphone.next().data], timeMs, 48_000)),
    ];
  }

  close(): void {
    this.paces.forEach((pace) => pace.stop());
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

export interface NodePersonOptions {
  url: string;
  userId: string;
  color: string;
  tone: number;
  /** Mints a token, as the app's backend would. */
  token: () => Promise<string>;
  /** Port by which this person reaches the media node, in place of its own. */
  mediaPort?: number;
}

/** One user of an app, with the client that apps get and nothing beneath it. */
export class NodePerson {
  readonly lianmai: Lianmai;
  /** Messages to and from the MAS that are not as documented. */
  readonly undocumented: string[] = [];
  /** Which messages there were, e.g. `client.join`. */
  readonly masMessages = new Set<string>();
  private readonly open: { close(): void }[] = [];
  private readonly peers = new Set<WeriftPeer>();

  constructor(readonly options: NodePersonOptions) {
    this.lianmai = new Lianmai({ url: options.url, token: options.token, platform: this.platform() });
    this.open.push(this.lianmai);
  }

  /** What follows from a channel; closed with this person. */
  follow<T extends { close(): void }>(it: T): T {
    this.open.push(it);
    return it;
  }

  call(coHosting: CoHosting, role: 'host' | 'guest'): Call {
    return this.follow(this.lianmai.call(coHosting, { userId: this.options.userId, role }));
  }

  /** Joins a conference that is no co-hosting, with camera and microphone. */
  async confer(conferenceId: string): Promise<MasClient> {
    const { lianmai } = this;
    const client = this.follow(
      new MasClient({
        getAccess: async () => (await lianmai.api.joinConference(conferenceId)).mas,
        platform: lianmai.platform,
      }),
    );
    await client.publish(await lianmai.askForMedia());
    client.connect();
    return client;
  }

  /** All that this person sends and gets by WebRTC breaks off. */
  loseMedia(): void {
    for (const peer of this.peers) void peer.close();
    this.peers.clear();
  }

  close(): void {
    for (const it of this.open.splice(0).reverse()) it.close();
  }

  private platform(): Partial<Platform> {
    const getUserMedia = (): Promise<MediaStream> => {
      const media = this.follow(new NodeMedia(this.options.color, this.options.tone));
      return Promise.resolve(media.stream);
    };
    const { mediaPort } = this.options;
    return {
      WebSocket: this.masSocket() as unknown as Platform['WebSocket'],
      fetch: (url, init) => fetch(mediaPort ? via(mediaPort, url as string) : url, init),
      RTCPeerConnection: Peer.bind(null, this.peers) as unknown as Platform['RTCPeerConnection'],
      MediaStream: WeriftStream as unknown as Platform['MediaStream'],
      mediaDevices: { getUserMedia },
    };
  }

  private masSocket(): new (url: string) => DocumentedSocket {
    const { mediaPort } = this.options;
    const [types, problems] = [this.masMessages, this.undocumented];
    return class extends DocumentedSocket {
      constructor(url: string) {
        super(mediaPort ? via(mediaPort, url) : url, types, problems);
      }
    };
  }
}

/** Of an address of the media node; others stay as they are. */
function via(port: number, address: string): string {
  const url = new URL(address);
  if (!/^\/(mas|whip)/.test(url.pathname)) return address;
  url.port = String(port);
  return url.href;
}

/** Resolves when it has such a value, now or later. */
export function becomes<T>(
  readable: { readonly value: T; subscribe(listener: (value: T) => void): () => void },
  fits: (value: T) => boolean,
  ms = 30_000,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const check = (value: T): boolean => {
      if (!fits(value)) return false;
      clearTimeout(timer);
      end();
      resolve(value);
      return true;
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(`it stayed ${JSON.stringify(readable.value)}`));
    }, ms);
    let end: () => void = () => undefined;
    if (!check(readable.value)) end = readable.subscribe((value) => void check(value));
  });
}
