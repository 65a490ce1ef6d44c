import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { EgressClientMessage, EgressServerMessage, EgressSource } from '../../src/contracts';
import { parseRtcp, serializeRtcp, type RtcpPacket } from '../../src/media/codec/rtcp';
import { isRtcp } from '../../src/media/codec/rtp';
import { ffmpegPath } from './ffmpeg';

export interface FakeMemberOptions {
  userId: string;
  /** ffmpeg's lavfi source of the picture (with size and rate), null for no camera. */
  video: string | null;
  /** ffmpeg's lavfi source of the sound, null for no microphone. */
  audio: string | null;
  codec?: 'h264' | 'vp8';
}

interface Track {
  source: EgressSource;
  udp: Socket;
  /** Packets sent, by sequence number, for retransmission. */
  history: Map<number, Buffer>;
  /** RTP timestamp of the first packet: where the content begins. */
  firstTimestamp: number | null;
}

/**
 * What a mixer sees of a MAS: an egress WebSocket and RTP from one UDP port, made by real ffmpeg encoders. It answers
 * NACKs from a history, counts keyframe requests, and can lose packets. Emits `subscribed` and `rtcp`.
 */
export class FakeEgress extends EventEmitter<{ subscribed: [string]; rtcp: [RtcpPacket] }> {
  private readonly server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  private readonly udp = createSocket('udp4');
  private readonly members = new Map<string, FakeMember>();
  private client: { socket: WebSocket; udpPort: number } | null = null;
  /** Wall clock of content time zero, the same for all members. */
  private readonly epochMs = Date.now();
  /** Says whether a fresh packet is lost on its way (retransmissions arrive). */
  loses: (kind: 'audio' | 'video', count: number) => boolean = () => false;
  /** Nothing is forwarded from this user while he is in here. */
  readonly stalled = new Set<string>();
  /** The close code for tokens other than this. */
  token = 'egress-token';
  lost = 0;
  resent = 0;
  subscriptions = 0;
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

  /** Starts a member's encoder; resolves when his first packets have come. */
  async join(options: FakeMemberOptions): Promise<void> {
    const member = new FakeMember(options, this.members.size + 1);
    this.members.set(options.userId, member);
    await member.start((track, datagram) => this.forward(track, datagram));
    this.announce();
  }

  async leave(userId: string): Promise<void> {
    const member = this.members.get(userId);
    this.members.delete(userId);
    this.announce();
    await member?.stop();
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

  private onConnection(socket: WebSocket): void {
    socket.once('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as EgressClientMessage;
      if (message.token !== this.token) {
        const closed: EgressServerMessage = { type: 'closed', code: 'token_invalid', detail: '' };
        socket.send(JSON.stringify(closed));
        socket.close();
        return;
      }
      this.client = { socket, udpPort: message.udpPort };
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

  private forward(track: Track, datagram: Buffer): void {
    const { source } = track;
    if (isRtcp(datagram)) return this.forwardReports(track, datagram);
    track.firstTimestamp ??= datagram.readUInt32BE(4);
    const packet = Buffer.from(datagram);
    packet[1] = (packet[1]! & 0x80) | source.payloadType;
    packet.writeUInt32BE(source.ssrc, 8);
    track.history.set(packet.readUInt16BE(2), packet);
    if (track.history.size > 512) track.history.delete(track.history.keys().next().value!);
    if (this.loses(source.kind, this.sent++)) this.lost++;
    else this.send(source.userId, packet);
  }

  /** ffmpeg starts the clocks of its two outputs apart; the content's own time is put in their place. */
  private forwardReports(track: Track, datagram: Buffer): void {
    for (const packet of parseRtcp(datagram) ?? []) {
      if (packet.type !== 'sr' || track.firstTimestamp === null) continue;
      const elapsed = ((packet.rtpTimestamp - track.firstTimestamp) | 0) / track.source.clockRate;
      const seconds = this.epochMs / 1000 + elapsed + 2_208_988_800;
      const ntp = (BigInt(Math.floor(seconds)) << 32n) | BigInt(Math.floor((seconds % 1) * 0x1_0000_0000));
      this.send(track.source.userId, serializeRtcp([{ ...packet, ssrc: track.source.ssrc, ntp }]));
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

class FakeMember {
  readonly tracks: Track[] = [];
  private child: ChildProcess | null = null;

  constructor(
    private readonly options: FakeMemberOptions,
    private readonly index: number,
  ) {}

  async start(forward: (track: Track, datagram: Buffer) => void): Promise<void> {
    const { video, audio, codec = 'h264' } = this.options;
    const args = ['-v', 'error', '-re', '-f', 'lavfi', '-i', video ?? 'color=black:s=16x16:r=5'];
    args.push('-re', '-f', 'lavfi', '-i', audio ?? 'anullsrc=r=48000:cl=mono');
    if (video) {
      const encoder =
        codec === 'h264'
          ? ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-profile:v', 'baseline']
          : [
              '-c:v',
              'libvpx',
              '-deadline',
              'realtime',
              '-cpu-used',
              '8',
              '-auto-alt-ref',
              '0',
              '-lag-in-frames',
              '0',
            ];
      const port = await this.track('video', codec, 96, 90_000, forward);
      args.push('-map', '0:v', '-pix_fmt', 'yuv420p', ...encoder, '-b:v', '500k', '-g', '15', ...rtp(port));
    }
    if (audio) {
      const port = await this.track('audio', 'opus', 111, 48_000, forward);
      args.push('-map', '1:a', '-c:a', 'libopus', '-b:a', '48k', '-ar', '48000', '-ac', '2', ...rtp(port));
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
    forward: (track: Track, datagram: Buffer) => void,
  ): Promise<number> {
    const udp = createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const { userId } = this.options;
    const ssrc = this.index * 100 + (kind === 'audio' ? 1 : 2);
    const source = { memberId: `member-${userId}`, userId, kind, ssrc, payloadType, codec, clockRate };
    const track: Track = { source, udp, history: new Map(), firstTimestamp: null };
    udp.on('message', (datagram) => forward(track, datagram));
    this.tracks.push(track);
    return udp.address().port;
  }
}

function rtp(port: number): string[] {
  return ['-f', 'rtp', `rtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=1200`];
}
