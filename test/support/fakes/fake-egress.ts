import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type {
  EgressClientMessage,
  EgressServerMessage,
  EgressSource,
  VideoSource,
  WantedPicture,
} from '../../../src/contracts';
import { pictureKey } from '../../../src/shared/picture-key';
import { msToNtp, parseRtcp, serializeRtcp, type RtcpPacket } from '../../../src/media/codec/rtp/rtcp';
import { isRtcp } from '../../../src/media/codec/rtp/rtp';
import { ffmpegPath } from '../media/ffmpeg';

export interface FakeMemberOptions {
  userId: string;
  /** ffmpeg's lavfi source of the picture (with size and rate), null for no camera. */
  video: string | null;
  /** ffmpeg's lavfi source of the sound, null for no microphone. */
  audio: string | null;
  codec?: 'h264' | 'vp8';
  /** A file with H.264 and Opus, sent as it is in place of what the sources would give. */
  recording?: string;
  /** Which picture `video` is; default: the camera's. */
  source?: VideoSource;
}

/** One stream of a member. */
export interface EgressTrack {
  source: EgressSource;
  /** Packets sent, by sequence number, for retransmission. */
  history: Map<number, Buffer>;
}

/** Takes a member's RTP (any payload type and SSRC) and RTCP. */
export type Forward = (track: EgressTrack, datagram: Buffer) => void;

/** Who sends: here an ffmpeg, elsewhere something else. */
export interface EgressMember {
  readonly tracks: EgressTrack[];
  /** Resolves when their first packets have been forwarded. */
  start(forward: Forward): Promise<void>;
  stop(): Promise<void>;
}

interface FfmpegTrack extends EgressTrack {
  udp: Socket;
  /** RTP timestamp of the first packet. */
  first: number | null;
  /** Content time of the last sender report. */
  reportedMs: number;
}

/**
 * What a mixer sees of a MAS: an egress WebSocket and RTP from one UDP port, made by real ffmpeg encoders. It answers
 * NACKs from a history, counts keyframe requests, and can lose packets. Emits `subscribed`, `rtcp`, and `sent` for each
 * packet that isn't sent again.
 */
export class FakeEgress extends EventEmitter<{
  subscribed: [string];
  rtcp: [RtcpPacket];
  sent: [source: EgressSource, packet: Buffer];
}> {
  private readonly server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  private readonly udp = createSocket('udp4');
  private readonly members = new Map<string, EgressMember>();
  private client: { socket: WebSocket; udpPort: number } | null = null;
  /** Wall clock of content time zero, the same for all members. */
  private readonly epochMs = Date.now();
  /** Who comes again has other SSRCs, and nobody has those of somebody who is here. */
  private joined = 0;
  /** Says whether a fresh packet is lost on its way (retransmissions arrive). */
  loses: (kind: 'audio' | 'video', count: number) => boolean = () => false;
  /** Nothing is forwarded from this user while they are in here. */
  readonly stalled = new Set<string>();
  /** The close code for tokens other than this. */
  token = 'egress-token';
  lost = 0;
  resent = 0;
  subscriptions = 0;
  /** What the mixer said of how high it draws whom, in order; a screen by `pictureKey`. */
  readonly wanted: Record<string, number>[] = [];
  private sent = 0;

  async listen(): Promise<this> {
    this.udp.bind(0, '127.0.0.1');
    this.udp.on('message', (datagram) => this.onRtcp(datagram));
    this.server.on('connection', (socket) => this.onConnection(socket));
    await Promise.all([once(this.server, 'listening'), once(this.udp, 'listening')]);
    return this;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/mas/egress`;
  }

  /** Starts a member's encoder; resolves when their first packets have come. */
  join(options: FakeMemberOptions): Promise<void> {
    const { userId, source } = options;
    const name = source === 'screen' ? pictureKey({ userId, source }) : userId;
    return this.add(name, new FfmpegMember(options, ++this.joined, this.epochMs));
  }

  /** Somebody who is here shares a screen too. `video`: as of `join`. */
  share(userId: string, video: string): Promise<void> {
    return this.join({ userId, video, audio: null, source: 'screen' });
  }

  unshare(userId: string): Promise<void> {
    return this.remove(pictureKey({ userId, source: 'screen' }));
  }

  /** As `join`, for a member of another make. */
  async add(name: string, member: EgressMember): Promise<void> {
    this.members.set(name, member);
    await member.start((track, datagram) => this.forward(track, datagram));
    this.announce();
  }

  leave(userId: string): Promise<void> {
    return this.remove(userId);
  }

  /** Cuts the WebSocket as a restarted node would. */
  dropConnection(): void {
    this.client?.socket.terminate();
  }

  async close(): Promise<void> {
    await Promise.all([...this.members.values()].map((member) => member.stop()));
    this.client?.socket.terminate();
    this.server.close();
    this.udp.close();
  }

  private async remove(name: string): Promise<void> {
    const member = this.members.get(name);
    this.members.delete(name);
    this.announce();
    await member?.stop();
  }

  private onConnection(socket: WebSocket): void {
    socket.once('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as EgressClientMessage;
      if (message.type !== 'subscribe' || message.token !== this.token) {
        const closed: EgressServerMessage = { type: 'closed', code: 'token_invalid', detail: '' };
        socket.send(JSON.stringify(closed));
        socket.close();
        return;
      }
      this.client = { socket, udpPort: message.udpPort };
      socket.on('message', (later: Buffer) => {
        const said = JSON.parse(later.toString()) as EgressClientMessage;
        if (said.type !== 'want') return;
        this.wanted.push(
          Object.fromEntries(said.pictures.map((picture) => [wantedName(picture), picture.height])),
        );
      });
      socket.once('close', () => {
        if (this.client?.socket === socket) this.client = null;
      });
      this.subscriptions++;
      this.announce();
      this.emit('subscribed', message.token);
    });
  }

  private announce(): void {
    const message: EgressServerMessage = {
      type: 'sources',
      sources: [...this.members.values()].flatMap((member) => member.tracks.map((track) => track.source)),
      rtcpPort: this.udp.address().port,
    };
    this.client?.socket.send(JSON.stringify(message));
  }

  private forward(track: EgressTrack, datagram: Buffer): void {
    const { source } = track;
    if (isRtcp(datagram)) return this.forwardReports(source, datagram);
    const packet = Buffer.from(datagram);
    packet[1] = (packet[1]! & 0x80) | source.payloadType;
    packet.writeUInt32BE(source.ssrc, 8);
    track.history.set(packet.readUInt16BE(2), packet);
    if (track.history.size > 512) track.history.delete(track.history.keys().next().value!);
    this.emit('sent', source, packet);
    if (this.loses(source.kind, this.sent++)) this.lost++;
    else this.send(source.userId, packet);
  }

  private forwardReports({ userId, ssrc }: EgressSource, datagram: Buffer): void {
    for (const packet of parseRtcp(datagram) ?? []) {
      if (packet.type === 'sr') this.send(userId, serializeRtcp([{ ...packet, ssrc }]));
    }
  }

  private onRtcp(datagram: Buffer): void {
    for (const packet of parseRtcp(datagram) ?? []) {
      this.emit('rtcp', packet);
      if (packet.type !== 'nack') continue;
      for (const member of this.members.values()) {
        const track = member.tracks.find((candidate) => candidate.source.ssrc === packet.mediaSsrc);
        for (const sequence of packet.sequenceNumbers) {
          const again = track?.history.get(sequence);
          if (!again) continue;
          this.resent++;
          this.send(track!.source.userId, again);
        }
      }
    }
  }

  private send(userId: string, packet: Buffer): void {
    if (this.client && !this.stalled.has(userId)) this.udp.send(packet, this.client.udpPort, '127.0.0.1');
  }
}

class FfmpegMember implements EgressMember {
  readonly tracks: FfmpegTrack[] = [];
  private child: ChildProcess | null = null;

  constructor(
    private readonly options: FakeMemberOptions,
    private readonly index: number,
    /** Wall clock of content time zero. */
    private readonly epochMs: number,
  ) {}

  async start(forward: Forward): Promise<void> {
    const { video, audio, codec = 'h264', recording } = this.options;
    const args = ['-v', 'error', ...(recording ? ['-re', '-i', recording] : lavfi(video, audio))];
    if (video) {
      const port = await this.track('video', codec, 96, 90_000, forward);
      args.push('-map', '0:v', ...(recording ? COPY_VIDEO : ENCODE[codec]), ...rtp(port));
    }
    if (audio) {
      const port = await this.track('audio', 'opus', 111, 48_000, forward);
      args.push('-map', recording ? '0:a' : '1:a', ...(recording ? COPY_AUDIO : ENCODE.opus), ...rtp(port));
    }
    this.child = spawn(ffmpegPath(), args, { stdio: ['ignore', 'ignore', 'inherit'] });
    await Promise.all(this.tracks.map((track) => once(track.udp, 'message')));
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child && child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    for (const { udp } of this.tracks.splice(0)) udp.close();
  }

  private async track(
    kind: 'audio' | 'video',
    codec: EgressSource['codec'],
    payloadType: number,
    clockRate: number,
    forward: Forward,
  ): Promise<number> {
    const udp = createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const { userId } = this.options;
    const ssrc = this.index * 100 + (kind === 'audio' ? 1 : 2);
    const of = kind === 'audio' ? 'microphone' : (this.options.source ?? 'camera');
    const source: EgressSource = {
      ...{ memberId: `member-${userId}`, userId, kind, source: of },
      ...{ ssrc, payloadType, codec, clockRate },
    };
    const track: FfmpegTrack = { source, udp, history: new Map(), first: null, reportedMs: -Infinity };
    udp.on('message', (datagram) => {
      // ffmpeg's own reports have two clocks, started apart, and come every 5 s.
      if (isRtcp(datagram)) return;
      const report = this.reportDue(track, datagram);
      if (report) forward(track, report);
      forward(track, datagram);
    });
    this.tracks.push(track);
    return udp.address().port;
  }

  /** A sender report with the content's own time, before the first packet and then every second. */
  private reportDue(track: FfmpegTrack, packet: Buffer): Buffer | null {
    const rtpTimestamp = packet.readUInt32BE(4);
    track.first ??= rtpTimestamp;
    const { source, first } = track;
    const contentMs = (((rtpTimestamp - first) | 0) * 1000) / source.clockRate - LEAD_MS[source.kind];
    if (contentMs < track.reportedMs + REPORT_MS) return null;
    track.reportedMs = contentMs;
    const ntp = msToNtp(this.epochMs + contentMs);
    const nothing = { packetCount: 0, octetCount: 0, reports: [] };
    return serializeRtcp([{ type: 'sr', ssrc: source.ssrc, ntp, rtpTimestamp, ...nothing }]);
  }
}

function wantedName(picture: WantedPicture): string {
  return picture.source === 'screen' ? pictureKey(picture) : picture.userId;
}

const REPORT_MS = 1000;
/** What comes out of a decoder before the content begins: libopus looks 312 samples ahead. */
const LEAD_MS = { audio: 6.5, video: 0 };
const ofVideo = (encoder: string) => ['-pix_fmt yuv420p', encoder, '-b:v 500k -g 15'].join(' ').split(' ');
const ENCODE = {
  h264: ofVideo('-c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline'),
  vp8: ofVideo('-c:v libvpx -deadline realtime -cpu-used 8 -auto-alt-ref 0 -lag-in-frames 0'),
  opus: '-c:a libopus -b:a 48k -ar 48000 -ac 2'.split(' '),
};
/** Parameter sets go before every keyframe. */
const COPY_VIDEO = '-c:v copy -bsf:v h264_mp4toannexb'.split(' ');
const COPY_AUDIO = '-c:a copy'.split(' ');

/** Both kinds are made, in real time, so that they keep step; what isn't wanted is not sent. */
function lavfi(video: string | null, audio: string | null): string[] {
  const picture = ['-re', '-f', 'lavfi', '-i', video ?? 'color=black:s=16x16:r=5'];
  return [...picture, '-re', '-f', 'lavfi', '-i', audio ?? 'anullsrc=r=48000:cl=mono'];
}

function rtp(port: number): string[] {
  return ['-f', 'rtp', `rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=1200`];
}
