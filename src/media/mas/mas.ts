/**
 * MAS, the media access server: participants' peer connections, the routing between them, and what mixers receive. The
 * media node hands it WebSockets; it knows nothing of HTTP.
 */
import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import type {
  EgressClientMessage,
  EgressServerMessage,
  MasClientMessage,
  MasCloseCode,
  MasServerMessage,
} from '../../contracts';
import type {
  ConferenceSnapshot,
  JoinAuthorizer,
  MediaLogger,
  MemberPermissions,
  NodeEvent,
} from '../contract';
import { Conference } from './conference';
import { Egress } from './egress/egress';
import { EgressSocket } from './egress/egress-socket';
import { clientMessage, egressMessage } from './signalling/messages';
import { Heights } from './member';
import { Participant } from './participant';
import { ProtocolError, SignalSocket } from './signalling/signal-socket';
import type { TransportFactory } from '../webrtc/transport';
import { ExpiringSet } from '../../shared/expiring-set';

export interface MasOptions {
  /** Address and port of the plain RTP towards mixers; 0: any. */
  egress: { bindAddress: string; udpPort: number };
  authorizer: JoinAuthorizer;
  logger: MediaLogger;
}

type MemberEvent = Extract<NodeEvent, { type: 'member' }>;

const SCAN_MS = 20;
const REPORT_MS = 1000;
const PING_MS = 10_000;
/** Longer than a token to join is good, ms. */
const REMOVED_MS = 120_000;
const MAX_REMOVED = 10_000;
/** A socket must have joined by then, ms. */
const JOIN_DEADLINE_MS = 10_000;

export class Mas {
  private readonly conferences = new Map<string, Conference>();
  private readonly sockets = new Set<SignalSocket<never, never>>();
  private readonly emitter = new EventEmitter();
  private readonly timers: NodeJS.Timeout[];
  /** Ids of members who were removed; someone who is let in again has another one. */
  private readonly removed = new ExpiringSet(MAX_REMOVED);
  private closing: Promise<void> | null = null;

  private constructor(
    private readonly options: Pick<MasOptions, 'authorizer' | 'logger'>,
    private readonly transports: TransportFactory,
    private readonly egressSocket: EgressSocket,
  ) {
    this.timers = [
      setInterval(() => this.scan(performance.now()), SCAN_MS),
      setInterval(
        () => this.eachParticipant((participant) => participant.report(performance.now())),
        REPORT_MS,
      ),
      setInterval(() => this.sockets.forEach((socket) => socket.ping()), PING_MS),
    ];
  }

  /**
   * Binds the port towards mixers. The transports are closed with it, also when this rejects (with an error of code
   * EADDRINUSE where the port is taken).
   */
  static async over(transports: TransportFactory, options: MasOptions): Promise<Mas> {
    try {
      const { bindAddress, udpPort } = options.egress;
      return new Mas(options, transports, await EgressSocket.bind(bindAddress, udpPort, options.logger));
    } catch (error) {
      await transports.close();
      throw error;
    }
  }

  /** UDP port of all peer connections; 0 where each has its own. */
  get udpPort(): number {
    return this.transports.udpPort;
  }

  /** UDP port of the plain RTP. */
  get egressPort(): number {
    return this.egressSocket.port;
  }

  on(event: 'member', listener: (event: MemberEvent) => void): this {
    this.emitter.on(event, listener);
    return this;
  }

  /** A participant's signalling socket, just opened. */
  acceptParticipant(socket: WebSocket): void {
    let participant: Participant | null = null;
    let conference: Conference | null = null;
    const signal: SignalSocket<MasClientMessage, MasServerMessage> = this.signal(socket, clientMessage, {
      onMessage: async (message) => {
        const room = conference;
        if (participant && room) {
          const self = participant;
          return participant.handle(message, () => room.others(self));
        }
        if (message.type !== 'join') throw new ProtocolError('join first');
        const grant = await this.options.authorizer.authorizeJoin(message.token);
        if (!signal.open) return;
        if (!grant) return signal.close('token_invalid', 'the token is wrong or has expired');
        if (this.removed.has(grant.memberId, performance.now()))
          return signal.close('removed', 'removed from the conference');
        const joined = this.conference(grant.conferenceId);
        const self = new Participant(
          grant,
          { pairs: message.slotPairs, screens: message.screenSlots },
          signal,
          this.transports,
          () => joined.changed(),
          this.options.logger,
        );
        [participant, conference] = [self, joined];
        joined.join(self);
        await self.welcome(joined.others(self));
      },
      onClosed: () => {
        if (!participant || !conference) return;
        participant.release();
        conference.leave(participant);
        this.dropIfEmpty(conference);
      },
    });
  }

  /** A mixer's egress socket, just opened, and the address it came from: RTP goes there. */
  acceptMixer(socket: WebSocket, remoteAddress: string): void {
    const address = remoteAddress.replace(/^::ffff:/i, '');
    let egress: Egress | null = null;
    let conference: Conference | null = null;
    const signal: SignalSocket<EgressClientMessage, EgressServerMessage> = this.signal(
      socket,
      egressMessage,
      {
        onMessage: async (message) => {
          if (message.type === 'want') {
            if (!egress) throw new ProtocolError('subscribe first');
            egress.want(new Heights(message.pictures));
            return conference?.changed();
          }
          if (egress) throw new ProtocolError('subscribed already');
          const grant = await this.options.authorizer.authorizeEgress(message.token);
          if (!signal.open) return;
          if (!grant) return signal.close('token_invalid', 'the token is wrong or has expired');
          egress = new Egress(
            grant.conferenceId,
            signal,
            this.egressSocket,
            { address, port: message.udpPort },
            message.screens ?? false,
          );
          this.egressSocket.register(egress)?.close('replaced', 'the same address and port subscribed again');
          conference = this.conference(grant.conferenceId);
          conference.addEgress(egress);
        },
        onClosed: () => {
          if (!egress || !conference) return;
          egress.release();
          conference.removeEgress(egress);
          this.dropIfEmpty(conference);
        },
      },
    );
  }

  /** Muted media isn't forwarded. False: no such member here. */
  setPermissions(conferenceId: string, memberId: string, permissions: MemberPermissions): boolean {
    const member = this.conferences.get(conferenceId)?.member(memberId);
    member?.setPermissions(permissions);
    return !!member;
  }

  /** Also who isn't here: a token that was given out before doesn't bring them in. */
  closeMember(conferenceId: string, memberId: string): boolean {
    const now = performance.now();
    this.removed.add(memberId, now + REMOVED_MS, now);
    const member = this.conferences.get(conferenceId)?.member(memberId);
    member?.close('removed', 'removed from the conference');
    return !!member;
  }

  closeConference(conferenceId: string): boolean {
    return this.closeAll(conferenceId, 'conference_ended', 'the conference has ended');
  }

  /** Another node carries it: everybody goes there. */
  releaseConference(conferenceId: string): boolean {
    return this.closeAll(conferenceId, 'moved', 'the conference is at another media node');
  }

  private closeAll(conferenceId: string, code: MasCloseCode, detail: string): boolean {
    const conference = this.conferences.get(conferenceId);
    conference?.close(code, detail);
    return !!conference;
  }

  snapshot(): ConferenceSnapshot[] {
    return [...this.conferences.values()].map((conference) => conference.snapshot());
  }

  /** Ends everything; idempotent. Clients find their socket closed and may come back. */
  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    this.timers.forEach((timer) => clearInterval(timer));
    this.sockets.forEach((socket) => socket.hangUp());
    await Promise.all([this.transports.close(), this.egressSocket.close()]);
  }

  private signal<In, Out>(
    socket: WebSocket,
    schema: ConstructorParameters<typeof SignalSocket<In, Out>>[1],
    handlers: { onMessage(message: In): Promise<void> | void; onClosed(): void },
  ): SignalSocket<In, Out> {
    const deadline = setTimeout(() => signal.close('protocol', 'no join in time'), JOIN_DEADLINE_MS);
    const signal = new SignalSocket<In, Out>(
      socket,
      schema,
      {
        onMessage: (message) => {
          clearTimeout(deadline);
          return handlers.onMessage(message);
        },
        onClosed: () => {
          clearTimeout(deadline);
          this.sockets.delete(signal as SignalSocket<never, never>);
          handlers.onClosed();
        },
      },
      this.options.logger,
    );
    this.sockets.add(signal as SignalSocket<never, never>);
    return signal;
  }

  private conference(id: string): Conference {
    let conference = this.conferences.get(id);
    if (!conference) {
      conference = new Conference(id, (event) => this.emitter.emit('member', event));
      this.conferences.set(id, conference);
    }
    return conference;
  }

  private dropIfEmpty(conference: Conference): void {
    if (conference.empty && this.conferences.get(conference.id) === conference)
      this.conferences.delete(conference.id);
  }

  private scan(now: number): void {
    for (const conference of this.conferences.values()) conference.scan(now);
  }

  private eachParticipant(action: (participant: Participant) => void): void {
    for (const conference of this.conferences.values()) {
      for (const participant of conference.participants) action(participant);
    }
  }
}
