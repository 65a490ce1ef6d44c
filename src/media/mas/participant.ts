/** A member of a conference who is here: their signalling, their peer connections and what they may send. */
import type {
  MasClientMessage,
  MasCloseCode,
  MasMember,
  MasServerMessage,
  MasSlot,
  MasSource,
} from '../../contracts';
import type { JoinGrant, MediaLogger, MemberPermissions } from '../contract';
import { SdpError } from '../codec/rtp/sdp';
import type { PublishedTrack } from '../webrtc/receive/published-track';
import { Publisher } from '../webrtc/receive/publisher';
import { Heights, type ForwardedMember } from './member';
import { ProtocolError, type SignalSocket } from './signalling/signal-socket';
import { Subscriber, type SlotCapacity } from './subscribe/subscriber';
import type { TransportFactory } from '../webrtc/transport';

export type ParticipantSocket = SignalSocket<MasClientMessage, MasServerMessage>;

export class Participant implements ForwardedMember {
  readonly memberId: string;
  readonly userId: string;
  private publisher: Publisher | null = null;
  private subscriber: Subscriber | null = null;
  private allowed: MemberPermissions;
  private heights = new Heights();
  private lastMembers = '';
  private slots: MasSlot[] = [];
  private lastSlots = '';

  constructor(
    readonly grant: JoinGrant,
    private readonly capacity: SlotCapacity,
    private readonly socket: ParticipantSocket,
    private readonly transports: TransportFactory,
    /** What others see or receive of this member may have changed. */
    private readonly onChange: () => void,
    private readonly logger: MediaLogger,
  ) {
    this.memberId = grant.memberId;
    this.userId = grant.userId;
    const { audio, video, screen, permissionsVersion = 0 } = grant;
    this.allowed = { audio, video, screen, version: permissionsVersion };
  }

  /** At least one of their peer connections is up. */
  get connected(): boolean {
    return this.publisher?.state === 'connected' || this.subscriber?.state === 'connected';
  }

  view(): MasMember {
    const { memberId, userId } = this;
    return {
      memberId,
      userId,
      name: this.grant.name,
      audio: !!this.forwarded('microphone'),
      video: !!this.forwarded('camera'),
      screen: !!this.forwarded('screen'),
    };
  }

  /** What they publish of that source, if it arrives and conference control lets it through. */
  forwarded(source: MasSource): PublishedTrack | null {
    const track = this.publisher?.tracks.get(source);
    return track?.active && this.allows(source) ? track : null;
  }

  /** Version of what they may send. */
  get permissions(): number {
    return this.allowed.version;
  }

  setPermissions({ audio, video, screen, version }: MemberPermissions): void {
    if (version < this.allowed.version) return;
    this.allowed = { audio, video, screen, version };
    this.onChange();
  }

  /** First messages after the join was granted. */
  async welcome(others: Participant[]): Promise<void> {
    const members = others.map((other) => other.view());
    this.lastMembers = JSON.stringify(members);
    this.socket.send({ type: 'joined', memberId: this.memberId, members });
    await this.offerSlots(others);
  }

  async handle(message: MasClientMessage, others: () => Participant[]): Promise<void> {
    try {
      await this.dispatch(message, others);
    } catch (error) {
      if (error instanceof SdpError) throw new ProtocolError(error.message);
      throw error;
    }
  }

  /** Brings slots and member list up to date; says only what changed. */
  update(others: Participant[]): void {
    const members = others.map((other) => other.view());
    const list = JSON.stringify(members);
    if (list !== this.lastMembers) this.socket.send({ type: 'members', members });
    this.lastMembers = list;
    if (!this.subscriber) return;
    if (this.assignSlots(this.subscriber, others)) this.socket.send({ type: 'slots', slots: this.slots });
    this.subscriber.offer().catch((error: unknown) => {
      this.logger.warn({ err: error, memberId: this.memberId }, 'further slots could not be offered');
      this.close('protocol', 'further slots could not be offered');
    });
  }

  scan(now: number): void {
    this.publisher?.scan(now);
    this.subscriber?.scan(now);
  }

  report(now: number): void {
    this.publisher?.report(now);
  }

  /** Ends signalling and both connections; idempotent. */
  close(code: MasCloseCode, detail: string): void {
    this.socket.close(code, detail);
  }

  /** The socket is gone: so is everything else. */
  release(): void {
    this.publisher?.close();
    this.subscriber?.close();
    this.publisher = null;
    this.subscriber = null;
  }

  private async dispatch(message: MasClientMessage, others: () => Participant[]): Promise<void> {
    switch (message.type) {
      case 'join':
        throw new ProtocolError('joined already');
      case 'pub-offer':
        return this.publish(message.sdp, message.screen);
      case 'sub-answer':
        await this.subscriber?.accept(message.bank ?? 0, message.sdp);
        // It may lack a codec that the others send.
        return this.update(others());
      case 'candidate':
        if (message.pc === 'pub') return this.publisher?.addCandidate(message.candidate);
        return this.subscriber?.addCandidate(message.bank ?? 0, message.candidate);
      case 'restart':
        if (message.pc === 'sub') return this.offerSlots(others());
        return this.unpublish();
      case 'want':
        this.heights = new Heights(message.pictures);
        this.subscriber?.want(this.heights);
        return this.update(others());
      case 'leave':
        return this.socket.hangUp();
    }
  }

  private allows(source: MasSource): boolean {
    const { audio, video, screen = video } = this.allowed;
    return { microphone: audio, camera: video, screen }[source];
  }

  private async publish(sdp: string, screen: string | undefined): Promise<void> {
    const publisher = this.publisher?.isRenegotiatedBy(sdp) ? this.publisher : this.makePublisher();
    await publisher.accept(sdp, (answer) => this.socket.send({ type: 'pub-answer', sdp: answer }), screen);
  }

  /** In place of the one there was. */
  private makePublisher(): Publisher {
    this.unpublish();
    const publisher = new Publisher(this.transports, {
      onState: (state) => this.stateChanged('pub', state),
      onCandidate: (candidate, mid) => this.socket.send({ type: 'candidate', pc: 'pub', candidate, mid }),
      onChange: () => this.onChange(),
    });
    this.publisher = publisher;
    return publisher;
  }

  private unpublish(): void {
    this.publisher?.close();
    this.publisher = null;
    this.onChange();
  }

  private async offerSlots(others: Participant[]): Promise<void> {
    this.subscriber?.close();
    const subscriber = new Subscriber(
      this.transports,
      {
        onState: (bank, state) => this.stateChanged('sub', state, bank),
        onCandidate: (bank, candidate, mid) =>
          this.socket.send({ type: 'candidate', pc: 'sub', bank, candidate, mid }),
        onOffer: (bank, sdp) => this.socket.send({ type: 'sub-offer', bank, sdp, slots: this.slots }),
      },
      this.capacity,
    );
    this.subscriber = subscriber;
    subscriber.want(this.heights);
    this.assignSlots(subscriber, others);
    await subscriber.offer();
  }

  /** Whether who is in which slot has changed. */
  private assignSlots(subscriber: Subscriber, others: Participant[]): boolean {
    this.slots = subscriber.assign(others);
    const before = this.lastSlots;
    this.lastSlots = JSON.stringify(this.slots);
    return this.lastSlots !== before;
  }

  private stateChanged(pc: 'pub' | 'sub', state: string, bank = 0): void {
    const { conferenceId } = this.grant;
    this.logger.info({ conferenceId, memberId: this.memberId, pc, bank, state }, 'peer connection');
    // A connection that ended carries nothing any more; the client builds a new one.
    if (pc === 'pub' && (state === 'failed' || state === 'closed')) return this.unpublish();
    this.onChange();
  }
}
