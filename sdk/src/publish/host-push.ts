import { DeviceWatch } from '../call/device-watch';
import { askForMedia, stopMedia } from '../call/local-media';
import { LianmaiError } from '../errors';
import type { ImConnection } from '../im/connection';
import type { Platform } from '../platform';
import type { RestApi } from '../rest/api';
import { Refresh } from '../util/refresh';
import { Scope } from '../util/scope';
import { derived, type Readable, Value } from '../util/value';
import type { PushDuty } from './push-duty';
import { WhipClient, type WhipClientEvents } from './whip-client';

/** `paused`: the mix is on the air; the push comes back by itself when the co-hosting ends. */
export type HostPushState =
  'off' | 'asking' | 'connecting' | 'live' | 'reconnecting' | 'paused' | 'media-error' | 'failed';

/** Answers of the API after which another try makes no sense. */
const FINAL = ['channel_not_found', 'channel_suspended', 'not_allowed', 'not_granted', 'token_invalid'];

/** The host goes live from this device: camera and microphone, published to the channel by WHIP. */
export class HostPush {
  readonly state: Readable<HostPushState>;
  /** Why it could not begin, or is over; `device_lost`: it goes on without a camera or microphone that was unplugged. */
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
  private readonly devices: DeviceWatch;
  /** Rises with each start and stop: callbacks of an older one do nothing. */
  private turn = 0;
  /** That have come: an answer that was asked for before knows less. */
  private signals = 0;

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
    this.devices = new DeviceWatch(platform, {
      lost: (kind) => (this.trouble.value = LianmaiError.local('device_lost', kind)),
      found: (track) => this.replaceTrack(track),
    });
    this.scope.hold(() => this.devices.close());
    this.scope.hold(() => this.end());
    const refreshing = new Refresh(im, () => this.catchUp());
    this.scope.hold(() => refreshing.close());
    this.scope.hold(
      im.on('live:push-url-changed', (event) => {
        if (event.channelId === channelId) this.client?.reconnect();
      }),
    );
    this.scope.hold(
      im.on('live:stop-push', (event) => {
        if (event.channelId === channelId && event.role === 'host') this.wanted('stop');
      }),
    );
    this.scope.hold(
      im.on('live:resume-push', (event) => {
        if (event.channelId === channelId) this.wanted('resume');
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
    this.take(media);
    this.disconnect();
    const mine = new WhipClient({ getAddress: () => this.address(), platform: this.platform });
    this.client = mine;
    mine.on('state', (event) => this.client === mine && this.told(event));
    mine.publish(media);
  }

  /** Another camera or microphone in place of the present one; the push goes on. */
  replaceTrack(track: MediaStreamTrack): void {
    const before = this.own.value?.getTracks() ?? [];
    if (!before.some(({ kind }) => kind === track.kind)) return track.stop();
    const kept = before.filter(({ kind }) => kind !== track.kind);
    for (const old of before) if (old.kind === track.kind) old.stop();
    this.take(new this.platform.MediaStream([...kept, track]));
    // A connection that is being lost refuses; the next one is made with it.
    void this.client?.replaceTrack(track).catch(() => undefined);
    if (this.trouble.value?.code === 'device_lost') this.trouble.value = null;
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
    this.take(null);
    this.now.value = to;
    this.trouble.value = why;
  }

  private take(media: MediaStream | null): void {
    this.own.value = media;
    this.devices.follow(media);
  }

  private wanted(duty: PushDuty): void {
    this.signals += 1;
    if (duty === 'stop') this.pause();
    else this.resume();
  }

  /** What the host was told to do while they were away. */
  private async catchUp(): Promise<void> {
    if (!this.running.value) return;
    const before = this.signals;
    const session = await this.api.getCoHost(this.channelId);
    // The mix is on the air from `live` to `ending`.
    if (before === this.signals) this.wanted(session?.state === 'live' ? 'stop' : 'resume');
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
