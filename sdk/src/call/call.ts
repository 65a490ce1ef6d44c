import type { CoHostMemberPatch, CoHostMemberView, JoinView, WantedPicture } from '../contracts';
import type { CoHosting } from '../co-host/co-hosting';
import { LianmaiError } from '../errors';
import type { ImConnection } from '../im/connection';
import type { Platform } from '../platform';
import type { RestApi } from '../rest/api';
import { Refresh } from '../util/refresh';
import { Scope } from '../util/scope';
import { derived, type Readable, Value } from '../util/value';
import { CallClaim } from './call-claim';
import { type CallLink, openCallLink, type Streams } from './call-link';
import { DeviceWatch } from './device-watch';
import { askForMedia, stopMedia, type TrackKind } from './local-media';
import { ScreenShare } from './screen-share';
import { WantedPictures } from './wanted-pictures';

/** `asking`: for the devices. `replaced`: the call is in another tab or on another device now. */
export type CallState =
  'idle' | 'asking' | 'joining' | 'connected' | 'reconnecting' | 'media-error' | 'replaced' | 'failed';

/** Answers of the API after which another try makes no sense. */
const FINAL = ['not_admitted', 'not_allowed', 'conference_not_found', 'token_invalid'];

export interface CallOptions {
  userId: string;
  /** As whom: a host's page for viewers must not take the call away from the host's own. */
  role: CoHostMemberView['role'];
}

/**
 * This user in the call of a co-hosting: devices, the connection to the MAS, what the others send. It follows the seat:
 * who has one joins, after a reload, a lost network or a move of the conference too; anybody else has no call.
 */
export class Call {
  readonly state: Readable<CallState>;
  /** Why it could not begin or is over; `device_lost`: it goes on without a camera or microphone that was unplugged. */
  readonly problem: Readable<LianmaiError | null>;
  readonly local: Readable<MediaStream | null>;
  /** What the others send now, by user. */
  readonly remotes: Readable<ReadonlyMap<string, MediaStream>>;
  /** The others' screens, by user. */
  readonly screens: Readable<ReadonlyMap<string, MediaStream>>;
  /** This user's own. */
  readonly sharing: ScreenShare;
  readonly microphone: Readable<boolean>;
  readonly camera: Readable<boolean>;
  /** This user's seat; null: none. */
  readonly seat: Readable<CoHostMemberView | null>;

  private readonly now = new Value<CallState>('idle');
  private readonly trouble = new Value<LianmaiError | null>(null);
  private readonly own = new Value<MediaStream | null>(null);
  private readonly others = new Value<ReadonlyMap<string, MediaStream>>(new Map());
  private readonly othersScreens = new Value<ReadonlyMap<string, MediaStream>>(new Map());
  private readonly microphoneOn = new Value(true);
  private readonly cameraOn = new Value(true);
  private readonly claim: CallClaim;
  private readonly devices: DeviceWatch;
  /** Turned off because the device is gone, not by a person. */
  private readonly offWithDevice = new Set<TrackKind>();
  private readonly wanted = new WantedPictures((pictures) => this.link?.want(pictures));
  private readonly scope = new Scope();
  private prepared: MediaStream | null = null;
  private link: CallLink | null = null;
  /** Rises at each start and end of a call: callbacks of an older one do nothing. */
  private turn = 0;
  private followed: string | null = null;
  /** Address of the media node that the link was sent to last. */
  private nodeUrl: string | null = null;

  constructor(
    im: ImConnection,
    private readonly coHosting: CoHosting,
    private readonly api: RestApi,
    private readonly platform: Platform,
    private readonly options: CallOptions,
  ) {
    this.state = this.now;
    this.problem = this.trouble;
    this.local = this.own;
    this.remotes = this.others;
    this.screens = this.othersScreens;
    this.sharing = new ScreenShare(platform, (track) => this.link?.shareScreen(track));
    this.microphone = this.microphoneOn;
    this.camera = this.cameraOn;
    const { userId, role } = options;
    this.seat = derived([coHosting.active], () => coHosting.seatOf(userId, role));
    this.claim = new CallClaim(`${coHosting.channelId} ${userId}`);
    this.devices = new DeviceWatch(platform, {
      lost: (kind) => void this.deviceLost(kind),
      found: (track) => void this.deviceFound(track),
    });
    this.scope.hold(() => this.claim.close());
    this.scope.hold(() => this.devices.close());
    this.scope.hold(() => this.wanted.close());
    this.scope.hold(() => this.discard());
    this.scope.hold(() => this.hangUp());
    this.scope.hold(coHosting.active.subscribe(() => this.seatChanged()));
    this.scope.hold(
      im.on('conference:moved', (event) => {
        if (event.conferenceId === this.conferenceId) this.link?.reconnect();
      }),
    );
    const refreshing = new Refresh(im, () => this.isStillThere());
    this.scope.hold(() => refreshing.close());
    this.seatChanged();
  }

  get userId(): string {
    return this.options.userId;
  }

  /** The conference in which the seat is. */
  get conferenceId(): string | null {
    return this.seat.value ? (this.coHosting.active.value?.conferenceId ?? null) : null;
  }

  get hasCamera(): boolean {
    return (this.own.value?.getVideoTracks().length ?? 0) > 0;
  }

  /** The peer connection that sends to the call, for statistics. */
  get connection(): RTCPeerConnection | null {
    return this.link?.connection() ?? null;
  }

  /** Joins with the devices at hand, or asks for them. Again after `replaced`: takes the call over. */
  async join(audioOnly = false): Promise<void> {
    const { conferenceId } = this;
    if (!conferenceId) return;
    this.hangUp('asking');
    const mine = this.turn;
    this.claim.hold();
    const media = await this.takeMedia(audioOnly).catch((reason: unknown) => {
      if (mine === this.turn) this.hangUp('media-error', LianmaiError.of(reason));
      return null;
    });
    if (!media) return;
    if (mine !== this.turn) return stopMedia(media);
    this.take(media);
    this.connect(conferenceId, media);
    if (!this.hasCamera && this.cameraOn.value) await this.setCamera(false).catch(() => undefined);
  }

  /** Hangs up and gives the seat back. */
  async leave(): Promise<void> {
    const isSeated = this.seat.value !== null;
    this.hangUp();
    if (isSeated) await this.coHosting.remove(this.options.userId);
  }

  /** Devices that the person has allowed already, for the call that may come. The call stops them. */
  prepare(media: MediaStream): void {
    this.discard();
    this.prepared = media;
    this.claim.hold();
  }

  /** No call is to come of what was prepared. */
  discard(): void {
    stopMedia(this.prepared);
    this.prepared = null;
    if (this.now.value === 'idle') this.claim.drop();
  }

  /** The person acted here (accepted, invited): of several tabs this one goes on the air. */
  claimCall(): void {
    this.claim.hold();
  }

  /** How large a place of the app shows the others. Their pictures come in no larger size. */
  show(place: string, pictures: readonly WantedPicture[]): void {
    this.wanted.show(place, pictures);
  }

  /** @throws LianmaiError device_lost: there is none any more */
  setMicrophone(on: boolean): Promise<void> {
    return this.turnDevice('audio', on);
  }

  /** @throws LianmaiError device_lost */
  setCamera(on: boolean): Promise<void> {
    return this.turnDevice('video', on);
  }

  /** Another camera or microphone in place of the present one; the call goes on. */
  replaceTrack(track: MediaStreamTrack): void {
    const { value: before } = this.own;
    if (!before) return;
    const kept = before.getTracks().filter(({ kind }) => kind !== track.kind);
    for (const old of before.getTracks()) if (old.kind === track.kind) old.stop();
    this.take(new this.platform.MediaStream([...kept, track]));
    this.link?.replaceTrack(track);
    this.applyTracks();
    if (this.trouble.value?.code === 'device_lost') this.trouble.value = null;
  }

  close(): void {
    this.scope.end();
  }

  private hangUp(to: CallState = 'idle', why: LianmaiError | null = null): void {
    this.turn += 1;
    this.sharing.stop();
    this.link?.close();
    this.link = null;
    stopMedia(this.own.value);
    this.take(null);
    this.offWithDevice.clear();
    this.showOthers(new Map(), new Map());
    this.now.value = to;
    this.trouble.value = why;
    if (to === 'idle' || to === 'replaced') this.claim.drop();
  }

  /** Into another conference (a PK) with the devices as they are: a mix that is made of them here goes on. */
  private move(conferenceId: string, media: MediaStream): void {
    this.turn += 1;
    this.link?.close();
    this.showOthers(new Map(), new Map());
    this.trouble.value = null;
    this.connect(conferenceId, media);
  }

  private connect(conferenceId: string, media: MediaStream): void {
    const mine = this.turn;
    const isMine = () => mine === this.turn;
    this.now.value = 'joining';
    this.link = openCallLink(media, this.platform, {
      access: () => this.access(conferenceId, isMine),
      state: (now) => isMine() && (this.now.value = now),
      remotes: (streams, screens) => isMine() && this.showOthers(streams, screens),
      closed: (code) => isMine() && this.closed(code),
    });
    this.link.want(this.wanted.now);
    this.sharing.resend();
    this.applySeat();
  }

  private take(media: MediaStream | null): void {
    this.own.value = media;
    this.devices.follow(media);
  }

  /** The call goes on, and the others see that this device is off. */
  private async deviceLost(kind: TrackKind): Promise<void> {
    this.trouble.value = LianmaiError.local('device_lost', kind);
    if (!(kind === 'audio' ? this.microphoneOn : this.cameraOn).value) return;
    this.offWithDevice.add(kind);
    await this.change({ [kind]: false }).catch(() => undefined);
  }

  private async deviceFound(track: MediaStreamTrack): Promise<void> {
    this.replaceTrack(track);
    // What a person has turned off stays off.
    if (!this.offWithDevice.delete(track.kind as TrackKind)) return;
    await this.change({ [track.kind]: true }).catch(() => undefined);
  }

  /** @throws LianmaiError device_lost: there is none now; when there is, it is turned on */
  private async seek(kind: TrackKind): Promise<void> {
    this.offWithDevice.add(kind);
    await this.devices.seek();
    if (this.devices.isLost(kind)) throw LianmaiError.local('device_lost', kind);
  }

  private async turnDevice(kind: TrackKind, on: boolean): Promise<void> {
    if (!on) this.offWithDevice.delete(kind);
    else if (this.devices.isLost(kind)) await this.seek(kind);
    await this.change({ [kind]: on });
  }

  private showOthers(streams: Streams, screens: Streams): void {
    this.others.value = streams;
    this.othersScreens.value = screens;
  }

  private async takeMedia(audioOnly: boolean): Promise<MediaStream> {
    const ready = this.prepared;
    this.prepared = null;
    if (ready && !audioOnly) return ready;
    stopMedia(ready);
    return askForMedia(this.platform, { audioOnly });
  }

  /** A fresh token for each connection: a removed member can't come back with an old one. */
  private async access(conferenceId: string, isMine: () => boolean): Promise<JoinView['mas']> {
    try {
      const { mas } = await this.api.joinConference(conferenceId);
      if (isMine()) this.nodeUrl = mas.url;
      return mas;
    } catch (reason) {
      const why = LianmaiError.of(reason);
      if (isMine() && why.code === 'conference_ended') this.hangUp();
      else if (isMine() && FINAL.includes(why.code)) this.hangUp('failed', why);
      throw reason;
    }
  }

  /** The connection to a node that is parted from control stands, and the signal may have come while there was nobody to hear it. */
  private async isStillThere(): Promise<void> {
    const { conferenceId, link } = this;
    if (!conferenceId || !link || this.now.value !== 'connected') return;
    const { mas } = await this.api.joinConference(conferenceId);
    if (this.link === link && mas.url !== this.nodeUrl) link.reconnect();
  }

  private closed(code: string): void {
    if (code === 'replaced') return this.hangUp('replaced');
    if (code === 'removed' || code === 'conference_ended') return this.hangUp();
    this.hangUp('failed', LianmaiError.local('call_failed'));
  }

  private seatChanged(): void {
    this.applySeat();
    const { conferenceId, followed: before } = this;
    if (conferenceId === before) return;
    this.followed = conferenceId;
    void this.followTo(conferenceId, before);
  }

  private async followTo(conferenceId: string | null, before: string | null): Promise<void> {
    const media = this.own.value;
    if (before && conferenceId && media) return this.move(conferenceId, media);
    if (before) this.hangUp();
    if (!conferenceId) return;
    const isStill = () => conferenceId === this.conferenceId && !this.scope.isOver;
    if (await this.claim.isMine()) return void (isStill() && (await this.join()));
    if (isStill() && this.now.value === 'idle') this.now.value = 'replaced';
  }

  /** Microphone and camera are as the seat says: the person's own choice, or the host's. */
  private applySeat(): void {
    const seat = this.seat.value;
    if (!seat) return;
    // The host hides the screen too: its owner is to see that nobody sees it.
    if (seat.videoMutedByHost) this.sharing.stop();
    this.microphoneOn.value = seat.audio;
    this.cameraOn.value = seat.video;
    this.applyTracks();
  }

  private applyTracks(): void {
    this.link?.setMuted('audio', !this.microphoneOn.value);
    this.link?.setMuted('video', !this.cameraOn.value);
  }

  /** The device changes at once and the server is told; if it refuses, the seat's state comes back. */
  private async change(patch: CoHostMemberPatch): Promise<void> {
    if (patch.audio !== undefined) this.microphoneOn.value = patch.audio;
    if (patch.video !== undefined) this.cameraOn.value = patch.video;
    this.applyTracks();
    if (!this.conferenceId) return;
    try {
      await this.coHosting.changeMember(this.options.userId, patch);
    } catch (reason) {
      this.applySeat();
      throw reason;
    }
  }
}
