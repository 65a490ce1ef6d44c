import type { Socket } from 'node:net';
import type { MediaLogger, PlayAuthorizer, PublishAuthorizer } from '../../contract';
import { EVENT, RtmpConnection, RtmpProtocolError, type RtmpCommand, type RtmpMessage } from '../../rtmp';
import type { Hub, PublishHandle } from '../hub';
import { RtmpIngest, UnsupportedCodecError } from './rtmp-ingest';
import { PLAY_STREAM_ID } from './rtmp-packager';
import type { RtmpLimits } from './rtmp-limits';

export interface RtmpSessionOptions {
  hub: Hub;
  publishAuthorizer: PublishAuthorizer;
  playAuthorizer: PlayAuthorizer;
  logger: MediaLogger;
  limits: RtmpLimits;
}

type Phase = 'new' | 'connected' | 'authorizing' | 'publishing' | 'playing' | 'closed';

const APP = 'live';

/** One RTMP peer of the origin, an encoder or a player (RTMP 1.0, 7.2). */
export class RtmpSession {
  private readonly connection: RtmpConnection;
  private phase: Phase = 'new';
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
    this.timer = setTimeout(
      () => this.fail(new RtmpProtocolError('neither published nor played in time')),
      setupTimeoutMs,
    );
    this.connection.on('command', (command) => this.onCommand(command));
    this.connection.on('message', (message) => this.onMedia(message));
    this.connection.on('close', (error) => this.onClose(error));
  }

  /** Closes the connection after what is queued. Idempotent. */
  close(): void {
    this.connection.end(200);
  }

  private onCommand(command: RtmpCommand): void {
    if (this.phase === 'closed') return;
    switch (command.name) {
      case 'connect':
        return this.onConnect(command);
      case 'createStream':
        return this.connection.sendCommand(0, '_result', command.transaction, null, PLAY_STREAM_ID);
      case 'publish':
        return this.run(this.onPublish(command));
      case 'play':
        return this.run(this.onPlay(command));
      case 'FCPublish':
        return this.connection.sendCommand(0, 'onFCPublish', 0, null, {
          level: 'status',
          code: 'NetStream.Publish.Start',
        });
      case 'deleteStream':
      case 'closeStream':
      case 'FCUnpublish':
        return this.onStop();
      default:
        return; // releaseStream, _checkbw, getStreamLength and others need no answer
    }
  }

  private run(work: Promise<void>): void {
    work.catch((error: Error) => this.fail(error));
  }

  private onConnect({ transaction, args }: RtmpCommand): void {
    const info = args[0];
    const app = typeof info === 'object' && info !== null && !Array.isArray(info) ? info.app : undefined;
    if (this.phase !== 'new') throw new RtmpProtocolError('connected twice');
    if (typeof app !== 'string' || app.replace(/\/$/, '') !== APP) {
      const refusal = {
        level: 'error',
        code: 'NetConnection.Connect.InvalidApp',
        description: `the app is "${APP}"`,
      };
      this.connection.sendCommand(0, '_error', transaction, null, refusal);
      return this.refuse('unknown app');
    }
    this.phase = 'connected';
    this.connection.sendWindow();
    this.connection.sendCommand(
      0,
      '_result',
      transaction,
      { fmsVer: 'FMS/3,0,1,123', capabilities: 31 },
      {
        level: 'status',
        code: 'NetConnection.Connect.Success',
        description: 'connected',
        objectEncoding: 0,
      },
    );
  }

  private async onPublish({ args }: RtmpCommand): Promise<void> {
    const grant = await this.ask(args[1], (name) => this.options.publishAuthorizer.authorizePublish(name));
    if (!grant) return this.refuseWith('NetStream.Publish.BadName', 'the stream key is wrong or has expired');
    const { hub, logger, limits } = this.options;
    this.channelId = grant.channelId;
    this.phase = 'publishing';
    this.connection.allowMessages(limits.maxMediaBytes);
    this.publisher = hub.publish(grant, (reason) => {
      logger.info({ channelId: grant.channelId, role: grant.role, reason }, 'publisher let go');
      this.refuseWith('NetStream.Publish.Rejected', `the publishing was ended: ${reason}`, true);
    });
    this.ingest = new RtmpIngest(this.publisher);
    this.watchIdle();
    this.connection.sendEvent(EVENT.streamBegin, PLAY_STREAM_ID);
    this.sendStatus('status', 'NetStream.Publish.Start', 'publishing');
    logger.info({ channelId: grant.channelId, role: grant.role, epoch: grant.epoch }, 'publisher accepted');
  }

  private async onPlay({ args }: RtmpCommand): Promise<void> {
    const grant = await this.ask(args[1], (name) => {
      const [channelId = '', query = ''] = name.split('?', 2);
      return this.options.playAuthorizer.authorizePlay(
        channelId,
        new URLSearchParams(query).get('token') ?? '',
      );
    });
    if (!grant) return this.refuseWith('NetStream.Play.Failed', 'the play token is wrong or has expired');
    const { hub } = this.options;
    if (!hub.isOnAir(grant.channelId)) {
      return this.refuseWith('NetStream.Play.StreamNotFound', 'the channel is not on the air');
    }
    clearTimeout(this.timer);
    this.channelId = grant.channelId;
    this.phase = 'playing';
    this.connection.sendEvent(EVENT.streamBegin, PLAY_STREAM_ID);
    this.sendStatus('status', 'NetStream.Play.Reset', 'reset');
    this.sendStatus('status', 'NetStream.Play.Start', 'playing');
    this.leave = hub.view(grant, 'rtmp', this.playSink());
  }

  /** Asks an authorizer about a stream name; null when refused, or when the peer has gone meanwhile. */
  private async ask<T>(name: unknown, authorize: (name: string) => Promise<T | null>): Promise<T | null> {
    if (this.phase !== 'connected' || typeof name !== 'string') {
      this.fail(new RtmpProtocolError('publish or play out of turn'));
      return null;
    }
    this.phase = 'authorizing';
    const grant = await authorize(name);
    // The phase is 'closed' by now when the peer left while we asked.
    return (this.phase as Phase) === 'authorizing' ? grant : null;
  }

  private playSink() {
    const { connection } = this;
    return {
      get queuedBytes() {
        return connection.queuedBytes;
      },
      write: (bytes: Buffer) => connection.sendChunks(bytes),
      close: () => {
        connection.sendEvent(EVENT.streamEof, PLAY_STREAM_ID);
        this.sendStatus('status', 'NetStream.Play.UnpublishNotify', 'the channel went off the air');
        connection.end();
      },
      abort: () => connection.destroy(),
    };
  }

  private onMedia(message: RtmpMessage): void {
    // Media of a peer without a grant is neither read nor kept.
    if (this.phase === 'closed') return;
    if (this.phase !== 'publishing' || !this.ingest)
      throw new RtmpProtocolError('media without a grant to publish');
    try {
      this.ingest.push(message);
    } catch (error) {
      if (!(error instanceof UnsupportedCodecError)) throw error;
      this.refuseWith('NetStream.Publish.Rejected', error.message, true);
    }
  }

  private onStop(): void {
    if (this.phase !== 'publishing' && this.phase !== 'playing') return;
    if (this.phase === 'publishing') this.sendStatus('status', 'NetStream.Unpublish.Success', 'stopped');
    this.release();
    this.connection.end();
  }

  private watchIdle(): void {
    clearTimeout(this.timer);
    this.timer = setInterval(() => {
      const received = this.connection.receivedBytes;
      if (received === this.bytesAtCheck) this.fail(new RtmpProtocolError('publisher is silent'));
      this.bytesAtCheck = received;
    }, this.options.limits.idleTimeoutMs);
  }

  private refuseWith(code: string, description: string, evenWhilePublishing = false): void {
    if (this.phase !== 'authorizing' && !evenWhilePublishing) return;
    this.sendStatus('error', code, description);
    this.refuse(description);
  }

  private refuse(reason: string): void {
    this.options.logger.warn({ peer: this.peer, reason }, 'RTMP peer refused');
    this.release();
    this.connection.end();
  }

  private sendStatus(level: string, code: string, description: string): void {
    this.connection.sendCommand(PLAY_STREAM_ID, 'onStatus', 0, null, { level, code, description });
  }

  private fail(error: Error): void {
    this.connection.destroy(error);
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
    // Errors of the socket have a code; all others are about what the peer sent.
    if (error && !('code' in error)) this.options.logger.warn(fields, 'RTMP peer closed for its input');
    else this.options.logger.debug(fields, 'RTMP peer gone');
    this.release();
    this.onClosed();
  }
}
