import { EventEmitter } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { parseRtmpUrl } from '../../shared/rtmp-url';
import { type AmfObject, EcmaArray, encodeAmf0 } from '../codec/flv/amf0';
import { aacConfigBody, aacFrameBody, avcConfigBody, avcEndBody, avcFrameBody } from '../codec/flv/flv';
import type { Outbound } from '../contract';
import { KeyframeGate, type GateLimits } from '../stream';
import { RtmpConnection } from './connection';
import { CSID, MSG, RtmpLoopError } from './message';
import { startPublishing } from './publish-dialog';

/** With more than `maxQueueBytes` waiting in this process units are dropped up to the next keyframe. */
export interface RtmpPusherOptions extends GateLimits {
  /** Connect, handshake and the answer to publish together, ms. */
  connectTimeoutMs: number;
  /** For an address that others have given: what may be connected to. Default: anything. */
  outbound?: Outbound;
  /** Is this, what was connected to, ourselves? Then nothing is published there. */
  isSelf?: (address: string, port: number) => boolean;
}

/**
 * Pushes one H.264 + AAC stream to an RTMP server. Times are in ms of one clock for audio and video; send the config
 * units first, and again when they change. `close` is emitted once, with the error when the connection broke.
 */
export class RtmpPusher extends EventEmitter<{ close: [Error | null] }> {
  private readonly gate: KeyframeGate;
  private hasVideo = false;

  private constructor(
    private readonly connection: RtmpConnection,
    private readonly streamId: number,
    private readonly streamName: string,
    options: RtmpPusherOptions,
  ) {
    super();
    this.gate = new KeyframeGate(options);
    connection.on('command', ({ name, args }) => {
      const status = args[1];
      if (name !== 'onStatus' || !isRecord(status) || status.level !== 'error') return;
      connection.destroy(endedBy(status));
    });
    connection.on('close', (error) => this.emit('close', error));
  }

  /**
   * Connects and publishes.
   * @param url rtmp(s)://host[:port]/app/name?query
   * @throws RtmpRefusedError when the server refuses connect or publish, or closes instead of answering; RtmpLoopError;
   *   Error else, with a `code` where there was no connection.
   */
  static async connect(url: string, options: RtmpPusherOptions): Promise<RtmpPusher> {
    const address = parseRtmpUrl(url);
    const { host, port } = address;
    const { outbound } = options;
    await outbound?.admit(host);
    const target = { host, port, ...(outbound && { lookup: outbound.lookup }) };
    const socket = address.tls ? connectTls({ ...target, servername: host }) : connectTcp(target);
    socket.once('connect', () => {
      const { remoteAddress = '', remotePort = 0 } = socket;
      if (options.isSelf?.(remoteAddress, remotePort)) connection.destroy(new RtmpLoopError());
    });
    const connection = new RtmpConnection(socket, {
      side: 'client',
      handshakeTimeoutMs: options.connectTimeoutMs,
      maxChunkStreams: 64,
      maxMessageBytes: 1 << 20,
    });
    const streamId = await startPublishing(connection, address, options.connectTimeoutMs);
    return new RtmpPusher(connection, streamId, address.streamName, options);
  }

  /** Bytes waiting in this process to be sent. */
  get queuedBytes(): number {
    return this.connection.queuedBytes;
  }

  /** Units lost because the network was too slow. */
  get droppedUnits(): number {
    return this.gate.dropped;
  }

  /** Units have been dropped for longer than `maxSkipMs`. */
  get tooSlow(): boolean {
    return this.gate.tooSlow;
  }

  /** What is sent meanwhile goes out in one write. */
  together(send: () => void): void {
    this.connection.together(send);
  }

  /** onMetaData; the usual keys are width, height, framerate, videocodecid 7, audiocodecid 10. */
  sendMetadata(meta: AmfObject, dtsMs = 0): void {
    const payload = encodeAmf0(['@setDataFrame', 'onMetaData', new EcmaArray(meta)]);
    this.send(MSG.data, CSID.data, dtsMs, payload);
  }

  /**
   * @param avcDecoderConfig AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1).
   * @param dtsMs of the first picture that it is for, when it changes
   */
  sendVideoConfig(avcDecoderConfig: Buffer, dtsMs = 0): void {
    this.hasVideo = true;
    this.send(MSG.video, CSID.video, dtsMs, avcConfigBody(avcDecoderConfig));
  }

  /** @param unit one access unit of length-prefixed NAL units. */
  sendVideo(unit: { dtsMs: number; ptsMs: number; keyframe: boolean; data: Buffer }): void {
    if (!this.gate.admit(this.queuedBytes, unit.keyframe, unit.data.length)) return;
    const dtsMs = Math.round(unit.dtsMs);
    const body = avcFrameBody(unit.keyframe, Math.round(unit.ptsMs) - dtsMs, unit.data);
    this.send(MSG.video, CSID.video, dtsMs, body);
  }

  /** No pictures follow. Metadata that name sound alone say that it goes on without. */
  sendVideoEnd(dtsMs: number): void {
    this.hasVideo = false;
    this.send(MSG.video, CSID.video, dtsMs, avcEndBody());
  }

  /**
   * @param audioSpecificConfig AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
   * @param dtsMs of the first frame that it is for, when it changes
   */
  sendAudioConfig(audioSpecificConfig: Buffer, dtsMs = 0): void {
    this.send(MSG.audio, CSID.audio, dtsMs, aacConfigBody(audioSpecificConfig));
  }

  /** @param unit one raw AAC frame. */
  sendAudio(unit: { dtsMs: number; data: Buffer }): void {
    // With video, only a keyframe ends a skip; sound alone can go on anywhere.
    if (!this.gate.admit(this.queuedBytes, !this.hasVideo, unit.data.length)) return;
    this.send(MSG.audio, CSID.audio, unit.dtsMs, aacFrameBody(unit.data));
  }

  /** Ends the publishing politely and closes; resolves when closed. Idempotent. */
  async close(): Promise<void> {
    const { connection, streamId } = this;
    if (connection.socket.destroyed) return;
    const closed = new Promise((resolve) => connection.socket.once('close', resolve));
    if (!connection.socket.writableEnded) {
      connection.sendCommand(0, 'FCUnpublish', 0, null, this.streamName);
      connection.sendCommand(0, 'deleteStream', 0, null, streamId);
    }
    connection.end();
    await closed;
  }

  private send(type: number, csid: number, timestampMs: number, payload: Buffer): void {
    this.connection.send({ type, streamId: this.streamId, timestampMs, payload }, csid);
  }
}

/** The server's own words may repeat the key; of ours, one is known. */
function endedBy({ code, description }: Record<string, unknown>): Error {
  if (typeof description === 'string' && description.startsWith('relay_loop:')) return new RtmpLoopError();
  return new Error(`the server ended the publishing: ${typeof code === 'string' ? code : 'unknown'}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
