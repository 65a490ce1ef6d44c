import { Call, type CallOptions } from './call/call';
import { askForMedia, type MediaWish } from './call/local-media';
import { CoHosting, MixTaskFollower } from './co-host/co-hosting';
import { Invitations } from './co-host/invitations';
import { ConferenceWatch } from './conference/conference-watch';
import { ImConnection } from './im/connection';
import { Room } from './im/room';
import { Pk } from './pk/pk';
import { type Platform, platformOf } from './platform';
import { reporter } from './player/measure/reporter';
import { Player, type PlayerOptions } from './player/player';
import { watchedConference, watchedRoom } from './player/watched';
import { HostPush } from './publish/host-push';
import { MixPush, type MixPushOptions } from './publish/mix-push';
import { PushDutyFollower } from './publish/push-duty';
import { type AdminApi, adminApi } from './rest/admin-api';
import { type RestApi, restApi } from './rest/api';
import { Http } from './rest/http';
import { type GetToken, TokenSource } from './rest/token-source';
import { ServerClock } from './util/server-clock';

export interface LianmaiOptions {
  /** Address of the API, e.g. `https://live.example.com`. Default: the page's own. */
  url?: string;
  /** Asks the app's backend for a token of this user; called again before it ends and when it is refused. */
  token: GetToken;
  /** What stands in for globals: WebRTC in Node or React Native. */
  platform?: Partial<Platform>;
}

/** One user of a Lianmai server: its API, one connection for rooms and signals, and what is built on both. */
export class Lianmai {
  readonly api: RestApi;
  /** For users with role `admin`. */
  readonly admin: AdminApi;
  readonly im: ImConnection;
  readonly platform: Platform;
  private readonly tokens: TokenSource;
  private readonly clock = new ServerClock();

  constructor({ url = '', token, platform }: LianmaiOptions) {
    const baseUrl = url.replace(/\/+$/, '');
    this.platform = platformOf(platform);
    this.tokens = new TokenSource(token);
    const { tokens, clock } = this;
    const http = new Http({ baseUrl, platform: this.platform, tokens, clock });
    this.api = restApi(http);
    this.admin = adminApi(http);
    this.im = new ImConnection({ url: baseUrl, tokens });
  }

  /** By the server's clock, ms since 1970: what counts down is compared with it. */
  now(): number {
    return this.clock.now();
  }

  /**
   * Asks the person for microphone and (unless `audioOnly`) camera.
   * @throws LianmaiError camera_refused | camera_absent | camera_busy | insecure_context
   */
  askForMedia(wish: MediaWish = {}): Promise<MediaStream> {
    return askForMedia(this.platform, wish);
  }

  /** Enters the room of a channel; the connection is opened with the first. */
  room(channelId: string): Room {
    this.im.open();
    return new Room(this.im, channelId);
  }

  /** Plays what a room's viewers see, or a conference that is watched, in a video element. */
  player(of: Room | ConferenceWatch, options: PlayerOptions): Player {
    if (of instanceof ConferenceWatch) return new Player(watchedConference(of), options, () => undefined);
    return new Player(watchedRoom(of, this.im, this.api), options, reporter(this.api, of.channelId));
  }

  coHosting(channelId: string): CoHosting {
    this.im.open();
    return new CoHosting(this.im, this.api, channelId);
  }

  invitations(channelId: string): Invitations {
    this.im.open();
    return new Invitations(this.im, this.api, channelId);
  }

  /** This user's part in the call of a co-hosting. */
  call(coHosting: CoHosting, options: CallOptions): Call {
    return new Call(this.im, coHosting, this.api, this.platform, options);
  }

  /** @param asHost follows the challenges to and from this channel too */
  pk(channelId: string, asHost = false): Pk {
    this.im.open();
    return new Pk(this.im, this.api, channelId, asHost);
  }

  /** Watches a conference, which is put on the air for that. @param conferenceId id or number */
  watchConference(conferenceId: string): ConferenceWatch {
    this.im.open();
    return new ConferenceWatch(this.im, this.api, conferenceId);
  }

  /** The host's mix: whether it waits for a mixer, or does without something. */
  mixTask(coHosting: CoHosting): MixTaskFollower {
    return new MixTaskFollower(this.im, this.api, coHosting);
  }

  /** Publishes this device's camera and microphone to the channel. */
  hostPush(channelId: string): HostPush {
    this.im.open();
    return new HostPush(this.im, this.api, this.platform, channelId);
  }

  /** Mixes on this device, as long as the session wants it and the host is in the call here. */
  mixPush(coHosting: CoHosting, call: Call, options: MixPushOptions): MixPush {
    return new MixPush(this.im, this.api, this.platform, coHosting, call, options);
  }

  /** What the host's encoder has to do. */
  pushDuty(room: Room, coHosting: CoHosting): PushDutyFollower {
    return new PushDutyFollower(this.im, room, coHosting);
  }

  /** The same user has another token now (by another name, with other rights): it is asked for, and taken at once. */
  renewToken(): Promise<void> {
    return this.tokens.renew();
  }

  /** Somebody else is signed in from now on, or nobody: the token is asked for anew, and the connection ends. */
  switchUser(): void {
    this.tokens.forget();
    this.im.close();
  }

  /** Ends the connection and gives up the token. What was made of this client is closed by who made it. */
  close(): void {
    this.im.dispose();
    this.tokens.close();
  }
}
