import { askForMedia, stopMedia } from '../call/local-media';
import { LianmaiError } from '../errors';
import type { ImConnection } from '../im/connection';
import type { Platform } from '../platform';
import type { RestApi } from '../rest/api';
import { Scope } from '../util/scope';
import { derived, type Readable, Value } from '../util/value';
import { WhipClient, type WhipClientEvents } from './whip-client';

/** `paused`: the mix is on the air; the push comes back by itself when the co-hosting ends. */
export type HostPushState =
  'off' | 'asking' | 'connecting' | 'live' | 'reconnecting' | 'paused' | 'media-error' | 'failed';

/** Answers of the API after which another try makes no sense. */
const FINAL = ['channel_not_found', 'channel_suspended', 'not_allowed', 'not_granted', 'token_invalid'];

/** The host goes live from this device: camera and microphone, published to the channel by WHIP. */
export class HostPush {
  readonly state: Readable<HostPushState>;
  /** Why it could not begin, or is over. */
  readonly problem: Readable<LianmaiError | null>;
  /** From start to stop, pauses included. */
  readonly running: Readable<boolean>;
  /** What it publishes; kept while it is paused. */
  readonly media: Readable<MediaStream | null>;
  private readonly now = new Value<HostPushState>('off');
  private readonly trouble = new Value<LianmaiError | null>(null);
  private readonly scope = new Scope();
  private readonly own = new Value<MediaStream | null>(null);
  private client: WhipClient | null = null;
  /** Rises with each start and stop: callbacks of an older one do nothing. */
  private turn = 0;

  constructor(
    im: ImConnection,
    private readonly api: RestApi,
    private readonly platform: Platform,
    readonly channelId: string,
  ) {
    this.state = this.now;
    this.problem = this.trouble;
    this.media = this.own;
    this.running = derived([this.now], () => !['off', 'media-error', 'failed'].includes(this.now.value));
    this.scope.hold(() => this.end());
    this.scope.hold(
      im.on('live:stop-push', (event) => {
        if (event.channelId === channelId && event.role === 'host') this.pause();
      }),
    );
    this.scope.hold(
      im.on('live:resume-push', (event) => {
        if (event.channelId === channelId) this.resume();
      }),
    );
  }

  /** Asks for the devices and publishes until `stop`. */
  async start(audioOnly = false): Promise<void> {
    this.end('asking');
    const mine = this.turn;
    const asked = await askForMedia(this.platform, { audioOnly }).catch((reason: unknown) => {
      if (mine === this.turn) this.end('media-error', LianmaiError.of(reason));
      return null;
    });
    if (!asked) return;
    if (mine !== this.turn) return stopMedia(asked);
    this.publish(asked);
  }

  /** Publishes these tracks, which are stopped with it. */
  publish(media: MediaStream): void {
    if (this.own.value !== media) this.end('connecting');
    this.own.value = media;
    this.disconnect();
    const mine = new WhipClient({ getAddress: () => this.address(), platform: this.platform });
    this.client = mine;
    mine.on('state', (event) => this.client === mine && this.told(event));
    mine.publish(media);
  }

  /** Another camera or microphone in place of the present one; the push goes on. */
  replaceTrack(track: MediaStreamTrack): void {
    const { value: before } = this.own;
    if (!before) return;
    const kept = before.getTracks().filter(({ kind }) => kind !== track.kind);
    for (const old of before.getTracks()) if (old.kind === track.kind) old.stop();
    const media = new this.platform.MediaStream([...kept, track]);
    this.own.value = media;
    this.client?.replaceTrack(track, media);
  }

  /** The present peer connection, for statistics. */
  get connection(): RTCPeerConnection | null {
    return this.client?.connection ?? null;
  }

  stop(): void {
    this.end();
  }

  close(): void {
    this.scope.end();
  }

  private end(to: HostPushState = 'off', why: LianmaiError | null = null): void {
    this.turn += 1;
    this.disconnect();
    stopMedia(this.own.value);
    this.own.value = null;
    this.now.value = to;
    this.trouble.value = why;
  }

  private disconnect(): void {
    void this.client?.close();
    this.client = null;
  }

  /** A fresh address for each attempt: the epoch in an old one may be too low to take the channel back. */
  private async address() {
    try {
      return (await this.api.pushUrl(this.channelId)).whip;
    } catch (reason) {
      const why = LianmaiError.of(reason);
      if (FINAL.includes(why.code)) this.end('failed', why);
      throw reason;
    }
  }

  private told({ state, code }: WhipClientEvents['state']): void {
    if (state === 'idle') return;
    if (state !== 'closed') this.now.value = state;
    else if (code) this.end('failed', new LianmaiError(code));
  }

  private pause(): void {
    if (!this.client) return;
    this.disconnect();
    this.now.value = 'paused';
  }

  /** With the devices that were kept, unless the system or another program took them meanwhile. */
  private resume(): void {
    const media = this.own.value;
    if (this.now.value !== 'paused' || !media) return;
    const tracks = media.getTracks();
    if (tracks.some((track) => track.readyState === 'ended' || track.muted)) {
      return void this.start(media.getVideoTracks().length === 0);
    }
    this.now.value = 'connecting';
    this.publish(media);
  }
}
