/** Somebody without a browser: the client for apps on WebRTC that is written in TypeScript (werift). */
import { MediaStream as WeriftStream, RTCPeerConnection as WeriftPeer, useH264, useOPUS } from 'werift';
import { type Call, type CoHosting, Lianmai, MasClient, type Platform } from '@lianmai/client';
import { AnswerGate } from './answer-gate';
import type { Network } from './network';
import { NodeDevices } from './node-devices';
import { fetchOn, masSocketOn } from './node-network';

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

export interface NodePersonOptions {
  network: Network;
  userId: string;
  color: string;
  tone: number;
  /** Mints a token, as the app's backend would. */
  token: () => Promise<string>;
}

/** One user of an app, with the client that apps get and nothing beneath it. */
export class NodePerson {
  readonly lianmai: Lianmai;
  /** Messages to and from the MAS that are not as documented. */
  readonly undocumented: string[] = [];
  /** Which messages there were, e.g. `client.join`. */
  readonly masMessages = new Set<string>();
  readonly answers = new AnswerGate();
  readonly devices: NodeDevices;
  private readonly open: { close(): void }[] = [];
  private readonly peers = new Set<WeriftPeer>();

  constructor(readonly options: NodePersonOptions) {
    const { network, token, color, tone } = options;
    this.devices = new NodeDevices(color, tone);
    this.lianmai = new Lianmai({ url: network.apiUrl, token, platform: this.platform() });
    this.open.push(this.devices, this.lianmai);
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
    const { network } = this.options;
    return {
      WebSocket: masSocketOn(
        network,
        this.masMessages,
        this.undocumented,
      ) as unknown as Platform['WebSocket'],
      fetch: fetchOn(network, this.answers),
      RTCPeerConnection: Peer.bind(null, this.peers) as unknown as Platform['RTCPeerConnection'],
      MediaStream: WeriftStream as unknown as Platform['MediaStream'],
      mediaDevices: this.devices,
    };
  }
}

/** Resolves when it has such a value, now or later. */
export function becomes<T>(
  readable: { readonly value: T; subscribe(listener: (value: T) => void): () => void },
  fits: (value: T) => boolean,
  ms = 30_000,
): Promise<T> {
  // Made here, so that its stack says who waited.
  const late = new Error();
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
      late.message = `it stayed ${JSON.stringify(readable.value)}`;
      reject(late);
    }, ms);
    let end: () => void = () => undefined;
    if (!check(readable.value)) end = readable.subscribe((value) => void check(value));
  });
}
