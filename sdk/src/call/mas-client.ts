/**
 * Client of the MAS: joins a conference, publishes camera, microphone and screen, tells whose tracks arrive, and
 * reconnects by itself. Protocol: docs/mas-protocol.md.
 */
import type { MasCloseCode, MasKind, MasMember, MasSlot, MasSource, WantedPicture } from '../contracts';
import { type Platform, platformOf } from '../platform';
import { MEDIA_BACKOFF, Retry } from '../util/retry';
import { TypedEmitter } from '../util/typed-emitter';
import { simulcastEncodings } from './layers';
import { MasSession, type MasAccess, type Publication } from './mas-session';
import { ScreenLine } from './screen-line';
import { callCodecs, preferCodecs } from './video-codecs';

export type { MasAccess } from './mas-session';

export type MasClientState = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'closed';

export interface RemoteTrack {
  memberId: string;
  userId: string;
  kind: MasKind;
  source: MasSource;
  track: MediaStreamTrack;
}

export interface MasClientEvents {
  /** The others in the conference. */
  members: MasMember[];
  'remote-track': RemoteTrack;
  'remote-track-gone': RemoteTrack;
  /** `code` and `detail` with `closed`: why; code null when the page closed it. */
  state: { state: MasClientState; code: MasCloseCode | null; detail: string };
}

export interface MasClientOptions {
  /** Fetches an address and a fresh token; called for every attempt to connect. */
  getAccess(): Promise<MasAccess>;
  /** bit/s of the camera's largest picture; default 800,000 (640x360@25). */
  maxVideoBitrate?: number;
  /** Default: the globals. */
  platform?: Platform;
}

export class MasClient extends TypedEmitter<MasClientEvents> {
  private session: MasSession | null = null;
  private current: MasClientState = 'idle';
  private stream: MediaStream | null = null;
  private readonly tracks: Record<MasKind, MediaStreamTrack | null> = { audio: null, video: null };
  private readonly screen: ScreenLine;
  private readonly muted: Record<MasKind, boolean> = { audio: false, video: false };
  private readonly remote = new Map<string, RemoteTrack>();
  private wanted: WantedPicture[] = [];
  private readonly retry = new Retry(MEDIA_BACKOFF);
  private readonly platform: Platform;
  /** Rises with each attempt to connect: an address that comes for an older one is of no use. */
  private attempt = 0;

  constructor(private readonly options: MasClientOptions) {
    super();
    this.platform = options.platform ?? platformOf();
    this.screen = new ScreenLine(this.platform);
  }

  get state(): MasClientState {
    return this.current;
  }

  /** Tracks that arrive now. */
  get remoteTracks(): RemoteTrack[] {
    return [...this.remote.values()];
  }

  /** The peer connections of the present session, for statistics; `sub`: one for each bank of slots. */
  get connections(): { pub: RTCPeerConnection | null; sub: readonly RTCPeerConnection[] } {
    return { pub: this.session?.publishing ?? null, sub: this.session?.subscribing ?? [] };
  }

  /** Begins to connect; `state` events tell how it goes. Further calls do nothing until closed. */
  connect(): void {
    if (this.current !== 'idle' && this.current !== 'closed') return;
    this.retry.reset();
    this.setState('connecting');
    void this.open();
  }

  /** The conference is on another media node now: the present connection may stand, and lead nowhere. */
  reconnect(): void {
    if (this.current === 'idle' || this.current === 'closed') return;
    this.session?.drop();
    this.attempt++;
    this.retry.reset();
    this.ended(null, 'the conference has moved');
  }

  /** Publishes the stream's first microphone and camera track, now and after every reconnect. */
  async publish(stream: MediaStream): Promise<void> {
    this.stream = stream;
    this.tracks.audio = stream.getAudioTracks()[0] ?? null;
    this.tracks.video = stream.getVideoTracks()[0] ?? null;
    await this.session?.publish();
  }

  /** Sends another track instead, without renegotiation where one of its kind is being sent. */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    const kind = track.kind as MasKind;
    this.tracks[kind] = track;
    const sender = this.sender(kind);
    if (!sender) return this.session?.publish();
    if (!this.muted[kind]) await sender.replaceTrack(track);
  }

  /**
   * Turns camera or microphone off and on. A muted camera sends nothing, so that others learn it from the member
   * list; a muted microphone sends silence. The device itself stays as it is.
   */
  async setMuted(kind: MasKind, muted: boolean): Promise<void> {
    this.muted[kind] = muted;
    const track = this.tracks[kind];
    if (kind === 'audio' && track) track.enabled = !muted;
    if (kind === 'video') await this.sender('video')?.replaceTrack(muted ? null : track);
  }

  /**
   * Shares a screen beside the camera, now and after every reconnect; null: no longer. Camera and sound go on
   * undisturbed.
   */
  async shareScreen(track: MediaStreamTrack | null): Promise<void> {
    this.screen.track = track;
    const session = this.session;
    if (!session?.publishing) return;
    await this.screen.addTo(session.publishing);
    await session.renegotiate();
  }

  /** Says how large the others are shown, so that cameras come in no larger size; now and after every reconnect. */
  want(pictures: WantedPicture[]): void {
    this.wanted = pictures;
    this.session?.want(pictures);
  }

  /** Leaves the conference for good. */
  close(): void {
    if (this.current === 'closed') return;
    this.session?.leave();
    this.stop();
    this.setState('closed');
  }

  private async open(): Promise<void> {
    const mine = ++this.attempt;
    const isMine = () => mine === this.attempt && this.current !== 'closed';
    try {
      const access = await this.options.getAccess();
      if (!isMine()) return;
      const session = new MasSession(access, this.platform, this.publication, {
        onConnected: () => {
          this.retry.reset();
          this.setState('connected');
        },
        onMembers: (members) => this.emit('members', members),
        onSlots: (slots, tracks) => this.slotsChanged(slots, tracks),
        onEnded: (code, detail) => this.ended(code, detail),
      });
      this.session = session;
      session.want(this.wanted);
    } catch (error) {
      if (isMine()) this.ended(null, String(error));
    }
  }

  private get publication(): Publication {
    return {
      addTo: async (pc) => {
        await this.addTracks(pc);
        await this.screen.addTo(pc);
      },
      screenOf: (pc) => this.screen.midOn(pc),
    };
  }

  private ended(code: MasCloseCode | null, detail: string): void {
    this.session = null;
    if (this.current === 'closed') return;
    if (code === 'removed' || code === 'conference_ended' || code === 'replaced') {
      this.stop();
      return this.setState('closed', code, detail);
    }
    // The token may have expired, or the media node may be restarting: another try with a fresh token.
    this.clearRemote();
    this.setState('reconnecting', code, detail);
    this.retry.later(() => void this.open());
  }

  private stop(): void {
    this.retry.cancel();
    this.session = null;
    this.clearRemote();
  }

  private setState(state: MasClientState, code: MasCloseCode | null = null, detail = ''): void {
    if (state === this.current) return;
    this.current = state;
    this.emit('state', { state, code, detail });
  }

  private async addTracks(pc: RTCPeerConnection): Promise<void> {
    const streams = this.stream ? [this.stream] : [];
    // Without tracks too, so that a later camera finds its m-line.
    const init = { direction: 'sendonly' as const, streams };
    pc.addTransceiver(this.tracks.audio ?? 'audio', init);
    const maxBitrate = this.options.maxVideoBitrate ?? 800_000;
    const sendEncodings = simulcastEncodings(this.tracks.video, maxBitrate);
    const video = pc.addTransceiver(this.tracks.video ?? 'video', {
      ...init,
      ...(sendEncodings ? { sendEncodings } : {}),
    });
    preferCodecs(video, this.platform, callCodecs);
    if (this.muted.video) await video.sender.replaceTrack(null);
    await limitBitrate(video.sender, maxBitrate);
  }

  private sender(kind: MasKind): RTCRtpSender | undefined {
    const transceivers = this.session?.publishing?.getTransceivers() ?? [];
    return transceivers.find((each) => each.receiver.track.kind === kind)?.sender;
  }

  private slotsChanged(slots: MasSlot[], tracks: Map<string, MediaStreamTrack>): void {
    const shown = new Map<string, RemoteTrack>();
    for (const { mid, kind, source, memberId, userId } of slots) {
      const track = tracks.get(mid);
      if (memberId !== null && userId !== null && track)
        shown.set(mid, { memberId, userId, kind, source, track });
    }
    for (const [mid, before] of [...this.remote]) {
      const after = shown.get(mid);
      if (after?.memberId === before.memberId && after.track === before.track) continue;
      this.remote.delete(mid);
      this.emit('remote-track-gone', before);
    }
    for (const [mid, remote] of shown) {
      if (this.remote.has(mid)) continue;
      this.remote.set(mid, remote);
      this.emit('remote-track', remote);
    }
  }

  private clearRemote(): void {
    this.slotsChanged([], new Map());
    this.emit('members', []);
  }
}

/** Of a single encoding, which is also what browsers that know no simulcast make of several. */
async function limitBitrate(sender: RTCRtpSender, maxBitrate: number): Promise<void> {
  const parameters = sender.getParameters();
  // Firefox knows encodings only after negotiation.
  if (parameters.encodings?.length !== 1) return;
  parameters.encodings = parameters.encodings.map((encoding) => ({ ...encoding, maxBitrate }));
  await sender.setParameters(parameters);
}
