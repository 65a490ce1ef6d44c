import type { Socket } from 'node:net';
import type { MediaLogger, PlayAuthorizer, PublishAuthorizer } from '../../contract';
import { EVENT, RtmpConnection, RtmpProtocolError, type RtmpCommand, type RtmpMessage } from '../../rtmp';
import type { Hub, PublishHandle } from '../hub';
import { RtmpIngest } from './rtmp-ingest';
import type { RtmpLimits } from './rtmp-limits';
import { PLAY_STREAM_ID } from './rtmp-packager';
import { playerSink } from './rtmp-player';
import { refusalBy, refusalOf, RtmpRefusal } from './rtmp-refusal';
import { acceptApp, refuseApp, sendRefusal, sendStatus } from './rtmp-status';

export interface RtmpSessionOptions {
  hub: Hub;
  publishAuthorizer: PublishAuthorizer;
  playAuthorizer: PlayAuthorizer;
  logger: MediaLogger;
  limits: RtmpLimits;
}

/** `stopped`: the peer has ended its stream in order and may begin another, or close. */
type Phase = 'new' | 'connected' | 'authorizing' | 'publishing' | 'playing' | 'stopped' | 'closed';

const APP = 'live';

/** One RTMP peer of the origin, an encoder or a player (RTMP 1.0, 7.2). */
export class RtmpSession {
  private readonly connection: RtmpConnection;
  private phase: Phase = 'new';
  private asks: 'publish' | 'play' = 'publish';
  private ingest: RtmpIngest | null = null;
  private publisher: PublishHandle | null = null;
  private leave: (() => void) | null = null;
  private timer: NodeJS.Timeout;
  private bytesAtCheck = 0;
  private channelId: string | null = null;
  private readonly peer: string | undefined;

  constructor(
    socket: Socket,
    private readonly options: RtmpSessionOptions,
    private readonly onClosed: () => void,
  ) {
    const { handshakeTimeoutMs, maxChunkStreams, maxCommandBytes, setupTimeoutMs } = options.limits;
    this.connection = new RtmpConnection(socket, {
      side: 'server',
      handshakeTimeoutMs,
      maxChunkStreams,
      maxMessageBytes: maxCommandBytes,
    });
    this.peer = socket.remoteAddress;
    const late = new RtmpRefusal('nothing_asked', 'neither published nor played in time');
    this.timer = setTimeout(() => this.connection.fail(late), setupTimeoutMs);
    this.connection.on('command', (command) => this.onCommand(command));
    this.connection.on('message', (message) => this.onMedia(message));
    this.connection.on('violation', (error) => this.refuse(refusalOf(error), error.message));
    this.connection.on('close', (error) => this.onClose(error));
  }

  /** Closes the connection after what is queued. Idempotent. */
  close(): void {
    if (this.phase === 'publishing')
      sendRefusal(this.connection, 'publish', new RtmpRefusal('server_stopping', 'the server is stopping'));
    this.release();
    this.connection.end(200);
  }

  private onCommand(command: RtmpCommand): void {
    if (this.phase === 'closed') return;
    switch (command.name) {
      case 'connect':
        return this.onConnect(command);
      case 'createStream':
        return this.connection.sendCommand(0, '_result', command.transaction, null, PLAY_STREAM_ID);
      case 'publish': // of false: stop publishing (7.2.2.6)
        return command.args[1] === false ? this.onStop() : this.run(this.onPublish(command));
      case 'play':
        return this.run(this.onPlay(command));
      case 'FCPublish':
        return this.sendFlash('onFCPublish', 'NetStream.Publish.Start');
      case 'FCUnpublish':
        this.onStop();
        return this.sendFlash('onFCUnpublish', 'NetStream.Unpublish.Success');
      case 'deleteStream':
      case 'closeStream':
        return this.onStop();
      default:
        return; // releaseStream, _checkbw, getStreamLength and others need no answer
    }
  }

  /** What Flash's servers answered to commands of its live encoder, which the specification doesn't have. */
  private sendFlash(name: string, code: string): void {
    this.connection.sendCommand(0, name, 0, null, { level: 'status', code });
  }

  /** What the peer sends while it is being asked about waits for the answer: encoders don't wait. */
  private run(work: Promise<void>): void {
    work.then(
      () => this.connection.resume(),
      (error: Error) => this.connection.fail(error),
    );
  }

  private onConnect({ transaction, args }: RtmpCommand): void {
    const info = args[0];
    const app = typeof info === 'object' && info !== null && !Array.isArray(info) ? info.app : undefined;
    if (this.phase !== 'new') throw new RtmpProtocolError('connected twice');
    if (typeof app !== 'string' || app.replace(/\/$/, '') !== APP) {
      refuseApp(this.connection, transaction, `the app is "${APP}"`);
      return this.end('unknown app');
    }
    this.phase = 'connected';
    this.connection.sendWindow();
    acceptApp(this.connection, transaction);
  }

  private async onPublish({ args }: RtmpCommand): Promise<void> {
    this.asks = 'publish';
    const grant = await this.ask(args[1], (name) => this.options.publishAuthorizer.authorizePublish(name));
    if (grant === 'gone') return;
    if (!grant) throw new RtmpRefusal('push_token_invalid', 'the stream key is wrong or has expired');
    const { hub, logger, limits } = this.options;
    this.channelId = grant.channelId;
    this.phase = 'publishing';
    this.connection.allowMessages(limits.maxMediaBytes);
    this.publisher = hub.publish(grant, (reason) => {
      logger.info({ channelId: grant.channelId, role: grant.role, reason }, 'publisher let go');
      this.refuse(refusalBy(reason));
    });
    this.ingest = new RtmpIngest(grant.channelId, this.publisher);
    this.watchIdle();
    this.connection.sendEvent(EVENT.streamBegin, PLAY_STREAM_ID);
    sendStatus(this.connection, 'status', 'NetStream.Publish.Start', 'publishing');
    logger.info({ channelId: grant.channelId, role: grant.role, epoch: grant.epoch }, 'publisher accepted');
  }

  private async onPlay({ args }: RtmpCommand): Promise<void> {
    this.asks = 'play';
    const grant = await this.ask(args[1], (name) => {
      const [channelId = '', query = ''] = name.split('?', 2);
      const token = new URLSearchParams(query).get('token') ?? '';
      return this.options.playAuthorizer.authorizePlay(channelId, token);
    });
    if (grant === 'gone') return;
    if (!grant) throw new RtmpRefusal('play_token_invalid', 'the play token is wrong or has expired');
    const { hub } = this.options;
    if (!hub.isOnAir(grant.channelId))
      throw new RtmpRefusal('channel_not_on_air', 'the channel is not on the air');
    clearTimeout(this.timer);
    this.channelId = grant.channelId;
    this.phase = 'playing';
    this.connection.sendEvent(EVENT.streamBegin, PLAY_STREAM_ID);
    sendStatus(this.connection, 'status', 'NetStream.Play.Reset', 'reset');
    sendStatus(this.connection, 'status', 'NetStream.Play.Start', 'playing');
    this.leave = hub.view(grant, 'rtmp', playerSink(this.connection));
  }

  /** Asks an authorizer about a stream name; null when refused, `gone` when this session was closed meanwhile. */
  private async ask<T>(
    name: unknown,
    authorize: (name: string) => Promise<T | null>,
  ): Promise<T | null | 'gone'> {
    if ((this.phase !== 'connected' && this.phase !== 'stopped') || typeof name !== 'string')
      throw new RtmpProtocolError('publish or play out of turn');
    this.phase = 'authorizing';
    this.connection.pause();
    const grant = await authorize(name);
    return (this.phase as Phase) === 'authorizing' ? grant : 'gone';
  }

  private onMedia(message: RtmpMessage): void {
    if (this.phase === 'publishing' && this.ingest) return this.ingest.push(message);
    // Of a stream that was ended some may still be on its way. Media of a stranger is neither read nor kept.
    if (this.phase === 'closed' || this.phase === 'stopped') return;
    throw new RtmpProtocolError('media without a grant to publish');
  }

  /**
   * The peer ends its stream. It closes the connection itself: one that we closed before it has read our answers looks
   * to encoders like a failure of the stream that they have just finished.
   */
  private onStop(): void {
    if (this.phase !== 'publishing' && this.phase !== 'playing') return;
    if (this.phase === 'publishing')
      sendStatus(this.connection, 'status', 'NetStream.Unpublish.Success', 'stopped');
    this.release();
    this.phase = 'stopped';
    this.timer = setTimeout(() => this.connection.end(), this.options.limits.setupTimeoutMs);
  }

  private watchIdle(): void {
    clearTimeout(this.timer);
    const silent = new RtmpRefusal('publisher_silent', 'publisher is silent');
    this.timer = setInterval(() => {
      const received = this.connection.receivedBytes;
      if (received === this.bytesAtCheck) this.connection.fail(silent);
      this.bytesAtCheck = received;
    }, this.options.limits.idleTimeoutMs);
  }

  /** Tells the peer why, and closes. @param logged what the log has, where it says more */
  private refuse(refusal: RtmpRefusal, logged = refusal.message): void {
    if (this.phase === 'closed') return;
    sendRefusal(this.connection, this.asks, refusal);
    this.end(logged);
  }

  private end(reason: string): void {
    const { channelId, peer } = this;
    this.options.logger.warn({ channelId, peer, reason }, 'RTMP peer refused');
    this.release();
    this.connection.end();
  }

  private release(): void {
    this.phase = 'closed';
    clearTimeout(this.timer);
    this.publisher?.end();
    this.leave?.();
    this.publisher = null;
    this.leave = null;
    this.ingest = null;
  }

  private onClose(error: Error | null): void {
    const fields = { channelId: this.channelId, peer: this.peer, reason: error?.message ?? 'end' };
    // Before the handshake there was nobody to be told. Errors of the socket have a code.
    const isTheirs = error && !('code' in error) && this.phase !== 'closed';
    if (isTheirs) this.options.logger.warn(fields, 'RTMP peer closed for its input');
    else this.options.logger.debug(fields, 'RTMP peer gone');
    this.release();
    this.onClosed();
  }
}
