import { isDeepStrictEqual } from 'node:util';
import type { EgressSource, VideoSource, WantedPicture } from '../../../contracts';
import type { MediaLogger, MixSeat, MixSpec } from '../../contract';
import type { TilePicture } from '../mcu/compositor';
import type { AudioSource } from '../mps/audio-mixer';
import type { ScreenState } from '../screens';
import { EgressLink } from './egress-link';
import { type DecoderFactory, Inputs, type InputSeat } from './inputs';

export interface ConferenceInputsDeps {
  decoders: DecoderFactory;
  /** The conference that is mixed can't be reached any more. */
  onLost: (detail: string) => void;
  /** Runs work that a packet or a message has begun: an error in it ends the mix. */
  guard: (work: () => void) => void;
  logger: MediaLogger;
}

/** The former conference is left after this time at the latest, ms. */
const LEAVE_MS = 10_000;

/** One conference: the link to its media node, and what comes over it. */
interface Conference {
  link: EgressLink;
  inputs: Inputs;
}

/**
 * What comes from the conference that is mixed. When the mix moves to another one, people are seen and heard from the
 * former until the new one delivers them.
 */
export class ConferenceInputs {
  private current: Conference;
  private former: (Conference & { awaited: string[]; sinceMs: number }) | null = null;
  private seats: InputSeat[] = [];
  private wanted: WantedPicture[] = [];
  private closedLost = 0;
  private closedRequests = 0;

  constructor(
    egress: MixSpec['egress'],
    private readonly deps: ConferenceInputsDeps,
  ) {
    this.current = this.prepare(egress);
  }

  /** Sources open now. */
  get count(): number {
    return this.all.reduce((sum, { inputs }) => sum + inputs.count, 0);
  }
  get packetsLost(): number {
    return this.all.reduce((sum, { inputs }) => sum + inputs.packetsLost, this.closedLost);
  }
  get keyframeRequests(): number {
    return this.all.reduce((sum, { inputs }) => sum + inputs.keyframeRequests, this.closedRequests);
  }

  /** Begins to receive. */
  open(): void {
    this.current.link.open();
  }

  setSeats(seats: InputSeat[]): void {
    this.seats = seats;
    for (const { inputs } of this.all) inputs.setSeats(seats);
  }

  /** How high pictures are drawn, pixels: larger ones need not be sent. */
  want(pictures: WantedPicture[]): void {
    if (isDeepStrictEqual(pictures, this.wanted)) return;
    this.wanted = pictures;
    for (const { link } of this.all) link.want(pictures);
  }

  /** Another conference from now on. */
  move(egress: MixSpec['egress'], nowMs: number): void {
    this.leaveFormer();
    const { current } = this;
    const awaited = this.seats.map(({ userId }) => userId).filter((userId) => isThere(current, userId));
    this.former = { ...current, awaited, sinceMs: nowMs };
    this.current = this.prepare(egress);
    this.current.inputs.setSeats(this.seats);
    this.current.link.want(this.wanted);
    this.current.link.open();
  }

  /** The picture of a user to show at `atMs`; null: the placeholder. */
  picture(userId: string, source: VideoSource, atMs: number): TilePicture | null {
    return this.firstOf((inputs) => inputs.user(userId)?.[source].picture(atMs));
  }

  /** Whether a user shares a screen: `shown` once there is a picture of it. */
  screen(userId: string, nowMs: number): ScreenState | null {
    const states = this.all.map(({ inputs }) => inputs.screen(userId, nowMs));
    return states.find((state) => state === 'shown') ?? states.find((state) => state !== null) ?? null;
  }

  audio(userId: string): AudioSource | null {
    const heard = this.firstOf((inputs) => {
      const audio = inputs.user(userId)?.audio;
      return audio?.heard ? audio : null;
    });
    return heard ?? this.current.inputs.user(userId)?.audio ?? null;
  }

  /** Whether a seat has delivered what it should. */
  delivered({ userId, video }: MixSeat, nowMs: number): boolean {
    return this.current.inputs.user(userId)?.delivered(nowMs, video) ?? false;
  }

  /** Asks for what is missing, and leaves the former conference once nobody needs it. */
  housekeep(nowMs: number): void {
    for (const { inputs, link } of this.all) {
      for (const packet of inputs.feedback(nowMs)) link.sendRtcp(packet);
    }
    if (!this.former) return;
    const { awaited, sinceMs } = this.former;
    const late = nowMs - sinceMs >= LEAVE_MS;
    const waiting = this.seats.some((seat) => awaited.includes(seat.userId) && !this.hasCome(seat, nowMs));
    if (late || !waiting) this.leaveFormer();
  }

  /** Stops receiving; what has arrived can be read until `close`. */
  disconnect(): void {
    for (const { link } of this.all) link.close();
  }

  close(): void {
    this.disconnect();
    for (const { inputs } of this.all) inputs.close();
  }

  /** The current one first. */
  private get all(): Conference[] {
    return this.former ? [this.current, this.former] : [this.current];
  }

  private firstOf<T>(of: (inputs: Inputs) => T | null | undefined): T | null {
    for (const { inputs } of this.all) {
      const found = of(inputs);
      if (found) return found;
    }
    return null;
  }

  /** Stricter than `delivered`: a user who was seen is awaited with their picture. */
  private hasCome({ userId, video }: InputSeat, nowMs: number): boolean {
    const user = this.current.inputs.user(userId);
    if (!user) return false;
    return video ? user.camera.picture(nowMs) !== null : (user.audio?.heard ?? false);
  }

  private leaveFormer(): void {
    if (!this.former) return;
    const { link, inputs } = this.former;
    this.closedLost += inputs.packetsLost;
    this.closedRequests += inputs.keyframeRequests;
    link.close();
    inputs.close();
    this.former = null;
    this.deps.logger.info({}, 'the former conference was left');
  }

  private prepare(egress: MixSpec['egress']): Conference {
    const { decoders, guard, logger } = this.deps;
    const inputs = new Inputs(decoders);
    const onSources = (sources: EgressSource[]): void => {
      guard(() => inputs.setSources(sources));
      logger.info({ sources: sources.length }, 'egress sources');
    };
    const link = new EgressLink(
      egress,
      {
        onSources,
        onDatagram: (datagram) => guard(() => inputs.onDatagram(datagram, performance.now())),
        // The former conference needs no new link: what has arrived from it is enough.
        onLost: (detail) => this.current.inputs === inputs && this.deps.onLost(detail),
      },
      logger,
    );
    return { link, inputs };
  }
}

function isThere({ inputs }: Conference, userId: string): boolean {
  const user = inputs.user(userId);
  return Boolean(user?.audio ?? user?.camera.video);
}
