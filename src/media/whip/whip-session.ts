import { randomBytes } from 'node:crypto';
import type { MediaLogger, PublishGrant } from '../contract';
import { addCandidates, parseIceFragment } from '../codec/rtp/sdp';
import { Publisher, type PublisherPolicy } from '../webrtc/receive/publisher';
import type { TransportFactory, TransportState } from '../webrtc/transport';
import { Interleaver, type MediaUnit } from '../stream';
import type { HubPort, PublishPort } from './hub-port';
import { checkOffer, chooseWhipCodec, WhipRefusal } from './negotiation';
import { VideoTrack } from './video-track';
import { AudioTrack, type AudioCodecs } from './audio-track';
import { LipSync, TrackClock } from './track-clock';

/** From the offer to a connection, ms. */
const CONNECT_TIMEOUT_MS = 15_000;
/** A connected publisher that sends nothing for this long is closed, ms. */
const IDLE_TIMEOUT_MS = 10_000;
/** Local candidates are waited for no longer than this, ms. */
const GATHER_TIMEOUT_MS = 1000;
/** Browsers send keyframes only when asked: viewers who join don't have to wait longer than this, ms. */
const KEYFRAME_INTERVAL_MS = 2000;
/** An answer is given time to arrive before the question is repeated, ms. */
const KEYFRAME_RETRY_MS = 1000;

/**
 * Sound waits this long for the first picture where one was negotiated: the hub would put it on the air alone. Without a
 * picture by then the camera is taken to be off, and the picture joins when it comes, ms.
 */
const PICTURE_WAIT_MS = 5000;

/** Enough for 1080p. REMB is no promise: browsers start low and stay below. */
const WHIP_POLICY: PublisherPolicy = {
  choose: chooseWhipCodec,
  maxBitrate: 8_000_000,
  simulcast: false,
  midExtension: false,
};

/** AAC comes some 60 ms after the video of its time. */
const INTERLEAVING = { maxWaitMs: 250, maxWaiting: 64 };

/**
 * How long the place of what comes after a pause may be unknown, ms. Sound waits for it. A keyframe takes longer than
 * the pictures around it, and only what stays late came after a pause of the clock.
 */
const MAX_DOUBT_MS = { audio: 150, video: 300 };

export interface WhipSessionOptions {
  hub: HubPort;
  transports: TransportFactory;
  codecs: AudioCodecs;
  logger: MediaLogger;
}

/** `superseded` and `disconnected` are the hub's decisions, all others the publisher's or the network's doing. */
export type WhipCloseReason =
  'ended' | 'failed' | 'timeout' | 'silent' | 'error' | 'superseded' | 'disconnected' | 'closed';

interface Tracks {
  video: VideoTrack;
  audio: AudioTrack;
  interleaver: Interleaver<MediaUnit>;
}

/** One WHIP publisher: its peer connection, and its place in the hub while that is up. */
export class WhipSession {
  /** Unguessable: knowing it is enough to end the session. */
  readonly id = randomBytes(18).toString('base64url');
  iceUfrag = '';
  private readonly publisher: Publisher;
  private readonly candidates: string[] = [];
  private handle: PublishPort | null = null;
  private tracks: Tracks | null = null;
  private closed = false;
  private gathered: () => void = () => undefined;
  private deadline: NodeJS.Timeout;
  private packetsAtCheck = 0;
  private lastRequestMs = -Infinity;

  constructor(
    readonly grant: PublishGrant,
    private readonly options: WhipSessionOptions,
    private readonly onClosed: (reason: WhipCloseReason) => void,
  ) {
    this.publisher = new Publisher(
      options.transports,
      {
        onState: (state) => this.stateChanged(state),
        onCandidate: (candidate) => this.candidates.push(candidate),
        onGathered: () => this.gathered(),
        onChange: () => undefined,
      },
      WHIP_POLICY,
    );
    this.deadline = setTimeout(() => this.close('timeout'), CONNECT_TIMEOUT_MS);
  }

  /** Answers an offer, all candidates included. @throws WhipRefusal as `checkOffer`, or where the transport refuses it */
  async accept(offer: string): Promise<string> {
    const { transport } = checkOffer(offer);
    this.iceUfrag = transport.iceUfrag;
    const gathered = new Promise<void>((resolve) => (this.gathered = resolve));
    let answer = '';
    await this.publisher
      .accept(offer, (sdp) => (answer = sdp))
      .catch((error: Error) => {
        this.options.logger.warn({ reason: error.message }, 'WHIP offer refused by the transport');
        throw new WhipRefusal(400, 'sdp_invalid', 'The transport parameters of the offer are not usable.');
      });
    this.addCandidates(parseIceFragment(offer).candidates);
    const timeout = setTimeout(this.gathered, GATHER_TIMEOUT_MS);
    await gathered;
    clearTimeout(timeout);
    return addCandidates(answer, this.candidates);
  }

  addCandidates(candidates: string[]): void {
    if (!this.closed) for (const candidate of candidates) this.publisher.addCandidate(candidate);
  }

  /** To be called every 20 ms; `nowMs` monotonic. */
  scan(nowMs: number): void {
    this.publisher.scan(nowMs);
    const { tracks } = this;
    if (!tracks) return;
    this.guard(() => {
      tracks.video.scan(nowMs);
      tracks.audio.scan(nowMs);
      tracks.interleaver.scan(nowMs);
    });
    const keyframeMs = Math.max(
      tracks.video.lastKeyframeMs + KEYFRAME_INTERVAL_MS,
      this.lastRequestMs + KEYFRAME_RETRY_MS,
    );
    if (nowMs < keyframeMs) return;
    this.lastRequestMs = nowMs;
    this.publisher.tracks.get('camera')?.first.requestKeyframe();
  }

  /** To be called every second. */
  report(nowMs: number): void {
    this.publisher.report(nowMs);
  }

  /** Ends the connection and leaves the hub. Idempotent. */
  close(reason: WhipCloseReason): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.deadline);
    this.gathered();
    this.handle?.end();
    this.tracks?.audio.close();
    this.tracks = null;
    const { channelId, role, epoch } = this.grant;
    const { counters } = this.publisher;
    this.options.logger.info({ channelId, role, epoch, reason, ...counters }, 'WHIP publisher gone');
    this.publisher.close();
    this.onClosed(reason);
  }

  private stateChanged(state: TransportState): void {
    if (this.closed) return;
    if (state === 'connected' && !this.tracks) this.guard(() => this.begin());
    if (state === 'failed') this.close('failed');
    if (state === 'closed') this.close('ended');
  }

  private begin(): void {
    const { hub, logger } = this.options;
    this.handle = hub.publish(this.grant, (reason) => this.close(reason), 'whip');
    this.tracks = this.connectTracks(this.handle, performance.now());
    clearTimeout(this.deadline);
    this.deadline = setInterval(() => this.checkIdle(), IDLE_TIMEOUT_MS);
    const { channelId, role, epoch } = this.grant;
    logger.info({ channelId, role, epoch }, 'WHIP publisher accepted');
  }

  private connectTracks(handle: PublishPort, nowMs: number): Tracks {
    const published = this.publisher.tracks;
    const interleaver = new Interleaver<MediaUnit>(INTERLEAVING, (unit) => handle.write(unit));
    const clocks = {
      audio: new TrackClock(48_000, MAX_DOUBT_MS.audio),
      video: new TrackClock(90_000, MAX_DOUBT_MS.video),
    };
    const video = new VideoTrack(clocks.video, new LipSync(clocks.audio, clocks.video), (unit) =>
      interleaver.hold(unit, performance.now()),
    );
    const pictureByMs = published.has('camera') ? nowMs + PICTURE_WAIT_MS : -Infinity;
    const waits = (): boolean => video.lastKeyframeMs === -Infinity && performance.now() < pictureByMs;
    const expected = published.has('microphone');
    const audio = new AudioTrack(this.options.codecs, clocks.audio, nowMs, expected, (unit) => {
      if (unit.kind === 'audio' && waits()) return;
      interleaver.releaseUpTo(unit.dtsMs);
      handle.write(unit);
    });
    published.get('microphone')?.first.addReader(audio);
    published.get('camera')?.first.addReader(video);
    return { video, audio, interleaver };
  }

  private checkIdle(): void {
    const packets = [...this.publisher.tracks.values()].reduce(
      (sum, { first }) => sum + first.counters.packets,
      0,
    );
    if (packets === this.packetsAtCheck) this.close('silent');
    this.packetsAtCheck = packets;
  }

  /** An encoder that fails ends this publisher only. */
  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.options.logger.error({ reason: (error as Error).message }, 'WHIP publisher failed');
      this.close('error');
    }
  }
}
