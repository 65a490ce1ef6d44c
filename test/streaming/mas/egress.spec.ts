/** What mixers receive: plain RTP of a synthetic participant's media, decoded by an independent ffmpeg. */
import { execFile } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import type { EgressServerMessage, EgressSource } from '../../../src/contracts';
import { SyntheticCamera, SyntheticMicrophone } from '../../../src/demo/synthetic/synthetic-media';
import { SyntheticParticipant } from '../../../src/demo/synthetic/synthetic-participant';
import { H264Depacketizer } from '../../../src/media/codec/h264/h264-depacketizer';
import { ntpToMs, parseRtcp, serializeRtcp, type SenderReport } from '../../../src/media/codec/rtp/rtcp';
import { isRtcp, parseRtp, seqDelta, type RtpPacket } from '../../../src/media/codec/rtp/rtp';
import { ffmpegPath } from '../../support/media/ffmpeg';
import { egressToken, joinToken, startMas, type TestMas } from '../../support/webrtc/mas';
import { silentLogger } from '../../support/media/silent-logger';

jest.setTimeout(60_000);
const run = promisify(execFile);

/** A mixer's end: the WebSocket, the UDP port, and what came there. */
class Reader {
  readonly messages: EgressServerMessage[] = [];
  readonly rtp: RtpPacket[] = [];
  readonly reports: SenderReport[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(
    readonly socket: WebSocket,
    readonly udp: Socket,
  ) {
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as EgressServerMessage);
      this.check();
    });
    socket.on('close', () => this.check());
    udp.on('message', (datagram) => {
      if (isRtcp(datagram)) {
        this.reports.push(...(parseRtcp(datagram) ?? []).filter((packet) => packet.type === 'sr'));
      } else this.rtp.push(parseRtp(datagram)!);
      this.check();
    });
  }

  /** @param screens whether it takes screens; undefined: it doesn't know of them */
  static async open(test: TestMas, token = egressToken(), screens?: boolean): Promise<Reader> {
    const udp = createSocket('udp4');
    udp.bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const socket = new WebSocket(test.egressUrl);
    const reader = new Reader(socket, udp);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'subscribe', token, udpPort: udp.address().port, screens }));
    return reader;
  }

  get sources(): EgressSource[] {
    const last = [...this.messages].reverse().find((message) => message.type === 'sources');
    return last?.sources ?? [];
  }

  get rtcpPort(): number {
    const last = this.messages.find((message) => message.type === 'sources');
    return last?.rtcpPort ?? 0;
  }

  of(kind: 'audio' | 'video'): RtpPacket[] {
    const ssrc = this.sources.find((source) => source.kind === kind)?.ssrc;
    return this.rtp.filter((packet) => packet.ssrc === ssrc);
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
      check();
    });
  }

  close(): void {
    this.socket.terminate();
    this.udp.close();
  }

  private check(): void {
    this.waiting.forEach((check) => check());
  }
}

/** Sends a test picture and a tone in real time, and a keyframe where one is asked for. */
class Sender {
  keyframeRequests = 0;
  /** The same picture as a screen too. */
  sharing = false;
  private readonly camera = new SyntheticCamera({
    picture: 'testsrc2',
    width: 320,
    height: 240,
    fps: 15,
    gop: 15,
    bitrate: 300_000,
  });
  private readonly microphone = new SyntheticMicrophone('opus', 440);
  private readonly startedAt = performance.now();
  private videoMs = 0;
  private audioMs = 0;
  private readonly timer = setInterval(() => this.pump(), 10);

  constructor(private readonly participant: () => SyntheticParticipant | null) {}

  private pump(): void {
    const now = performance.now() - this.startedAt;
    for (; this.videoMs <= now; this.videoMs += 1000 / 15) {
      const { data } = this.camera.next();
      this.participant()?.sendVideo(data, this.videoMs);
      if (this.sharing) this.participant()?.sendScreen(data, this.videoMs);
    }
    for (; this.audioMs <= now; this.audioMs += 20) {
      this.participant()?.sendAudio(this.microphone.next().data, this.audioMs);
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.camera.close();
    this.microphone.close();
  }
}

describe('egress', () => {
  let test: TestMas;
  let sender: Sender;
  let participant: SyntheticParticipant | null = null;
  const readers: Reader[] = [];
  const open = async (token?: string, screens?: boolean): Promise<Reader> => {
    const reader = await Reader.open(test, token, screens);
    readers.push(reader);
    return reader;
  };
  const enter = async (memberId = 'm1'): Promise<SyntheticParticipant> => {
    participant = await SyntheticParticipant.join({
      url: test.url,
      token: joinToken(memberId),
      bindAddress: '127.0.0.1',
      logger: silentLogger,
      onKeyframeRequest: () => sender.keyframeRequests++,
    });
    return participant;
  };

  beforeEach(async () => {
    test = await startMas();
    sender = new Sender(() => participant);
  });
  afterEach(async () => {
    sender.close();
    await participant?.close();
    participant = null;
    readers.splice(0).forEach((reader) => reader.close());
    await test.close();
  });

  it('sends RTP that decodes, from a keyframe on, without gaps', async () => {
    await enter();
    const reader = await open();
    await reader.until(() => reader.of('video').filter((packet) => packet.marker).length >= 30);
    expect(reader.sources).toEqual([
      expect.objectContaining({ memberId: 'm1', kind: 'audio', codec: 'opus', clockRate: 48_000 }),
      expect.objectContaining({ memberId: 'm1', kind: 'video', codec: 'h264', clockRate: 90_000 }),
    ]);
    for (const kind of ['audio', 'video'] as const) {
      const packets = reader.of(kind);
      const source = reader.sources.find((each) => each.kind === kind)!;
      expect(packets.every((packet) => packet.payloadType === source.payloadType)).toBe(true);
      expect(packets.every((packet) => packet.extension === null && packet.csrcs.length === 0)).toBe(true);
      const steps = packets
        .slice(1)
        .map((packet, i) => seqDelta(packet.sequenceNumber, packets[i]!.sequenceNumber));
      expect(new Set(steps)).toEqual(new Set([1]));
    }
    const depacketizer = new H264Depacketizer();
    const units = reader.of('video').flatMap((packet) => depacketizer.push(packet));
    expect(units[0]?.keyframe).toBe(true);
    const folder = mkdtempSync(join(tmpdir(), 'lianmai-egress-'));
    writeFileSync(join(folder, 'v.h264'), Buffer.concat(units.map((unit) => unit.data ?? Buffer.alloc(0))));
    const { stderr } = await run(ffmpegPath(), [
      ...['-v', 'error', '-i', join(folder, 'v.h264')],
      ...['-f', 'framemd5', join(folder, 'frames')],
    ]);
    rmSync(folder, { recursive: true });
    expect(stderr).toBe('');
  });

  it('sends sender reports in which sound and picture belong together', async () => {
    await enter();
    const reader = await open();
    await reader.until(() => new Set(reader.reports.map((report) => report.ssrc)).size === 2);
    await reader.until(() => reader.of('audio').length > 10 && reader.of('video').length > 10);
    // Media times of both streams start at 0 together, so the wall-clock times of their first packets are equal up to
    // what came before the reader: whole frames of 20 ms and 66.7 ms.
    const wall = (kind: 'audio' | 'video'): number => {
      const source = reader.sources.find((each) => each.kind === kind)!;
      const report = reader.reports.find((each) => each.ssrc === source.ssrc)!;
      const last = reader.of(kind).at(-1)!;
      return ntpToMs(report.ntp) + (((last.timestamp - report.rtpTimestamp) | 0) / source.clockRate) * 1000;
    };
    expect(Math.abs(wall('audio') - wall('video'))).toBeLessThan(100);
    expect(Math.abs(wall('video') - Date.now())).toBeLessThan(500);
  });

  it('keeps a source’s SSRC while it is muted and unmuted, and lists it only while it is there', async () => {
    await enter();
    const reader = await open();
    await reader.until(() => reader.of('video').length > 5);
    const before = reader.sources;
    test.mas.setPermissions('c1', 'm1', { audio: true, video: false, version: 2 });
    await reader.until(() => reader.sources.length === 1);
    // What was decided before it and comes late undoes nothing.
    test.mas.setPermissions('c1', 'm1', { audio: true, video: true, version: 1 });
    expect(test.mas.snapshot()[0]?.members).toMatchObject([{ memberId: 'm1', permissions: 2 }]);
    const frozen = reader.rtp.filter((packet) => packet.ssrc === before[1]!.ssrc).length;
    const heard = reader.of('audio').length;
    await reader.until(() => reader.of('audio').length > heard + 10);
    expect(reader.rtp.filter((packet) => packet.ssrc === before[1]!.ssrc).length).toBe(frozen);
    test.mas.setPermissions('c1', 'm1', { audio: true, video: true, version: 3 });
    await reader.until(() => reader.sources.length === 2 && reader.of('video').length > frozen + 5);
    expect(reader.sources).toEqual(before);
    await participant!.close();
    participant = await enter();
    await reader.until(() => reader.messages.filter((m) => m.type === 'sources').length >= 5);
    await reader.until(() => reader.sources.length === 2);
    expect(reader.sources).toEqual(before);
  });

  it('sends a screen as a source of its own, as long as it is shared, to mixers that take screens', async () => {
    const self = await enter();
    const [reader, older] = await Promise.all([open(undefined, true), open()]);
    const named = (each: Reader) => each.sources.map(({ source }) => source);
    await Promise.all([reader, older].map((each) => each.until(() => each.sources.length === 2)));
    const numbers: number[] = [];
    while (numbers.length < 2) {
      await self.shareScreen();
      sender.sharing = true;
      await reader.until(() => reader.sources.length === 3);
      expect(named(reader)).toEqual(['microphone', 'camera', 'screen']);
      const { ssrc, kind, userId } = reader.sources[2]!;
      expect([kind, userId]).toEqual(['video', 'user-m1']);
      const before = reader.rtp.length;
      const came = () => reader.rtp.slice(before).filter((packet) => packet.ssrc === ssrc).length;
      await reader.until(() => came() > 5);
      numbers.push(ssrc);
      sender.sharing = false;
      const endedAt = performance.now();
      await self.stopScreen();
      await reader.until(() => reader.sources.length === 2);
      // Its end is said: nobody waits for a silence.
      expect(performance.now() - endedAt).toBeLessThan(2000);
    }
    expect(numbers[1]).toBe(numbers[0]);
    expect(named(older)).toEqual(['microphone', 'camera']);
    // The camera went on: every packet, in order.
    const camera = reader.of('video').map(({ sequenceNumber }) => sequenceNumber);
    for (const [index, number] of camera.slice(1).entries()) expect(seqDelta(number, camera[index]!)).toBe(1);
  });

  it('answers NACK and PLI of the mixer, and of nobody else', async () => {
    await enter();
    const reader = await open();
    await reader.until(() => reader.of('video').length > 20);
    const lost = reader.of('video')[10]!;
    const nack = serializeRtcp([
      { type: 'rr', ssrc: 9, reports: [] },
      { type: 'nack', senderSsrc: 9, mediaSsrc: lost.ssrc, sequenceNumbers: [lost.sequenceNumber] },
    ]);
    const copies = (): RtpPacket[] =>
      reader.of('video').filter((packet) => packet.sequenceNumber === lost.sequenceNumber);
    const stranger = createSocket('udp4');
    stranger.send(nack, reader.rtcpPort, '127.0.0.1');
    const heard = reader.of('audio').length;
    await reader.until(() => reader.of('audio').length > heard + 5);
    expect(copies()).toHaveLength(1);
    stranger.close();
    reader.udp.send(nack, reader.rtcpPort, '127.0.0.1');
    await reader.until(() => copies().length === 2);
    expect(copies()[1]!.payload).toEqual(copies()[0]!.payload);
    const asked = sender.keyframeRequests;
    reader.udp.send(
      serializeRtcp([{ type: 'pli', senderSsrc: 9, mediaSsrc: lost.ssrc }]),
      reader.rtcpPort,
      '127.0.0.1',
    );
    await reader.until(() => sender.keyframeRequests > asked);
  });

  it('refuses a wrong token and nonsense, and ends with the conference', async () => {
    const wrong = await open('wrong');
    await wrong.until(() => wrong.socket.readyState === WebSocket.CLOSED);
    expect(wrong.messages).toEqual([expect.objectContaining({ type: 'closed', code: 'token_invalid' })]);
    const reader = await open();
    await reader.until(() => reader.messages.length === 1);
    expect(reader.messages[0]).toMatchObject({ type: 'sources', sources: [] });
    const again = await open();
    again.socket.send('{"type":"subscribe"}');
    await again.until(() => again.socket.readyState === WebSocket.CLOSED);
    expect(again.messages.at(-1)).toMatchObject({ type: 'closed', code: 'protocol' });
    const hasty = new WebSocket(test.egressUrl);
    await once(hasty, 'open');
    hasty.send(JSON.stringify({ type: 'want', pictures: [{ userId: 'u', height: 90 }] }));
    const [last] = (await once(hasty, 'message')) as [Buffer];
    expect(JSON.parse(last.toString())).toMatchObject({ type: 'closed', code: 'protocol' });
    test.mas.closeConference('c1');
    await reader.until(() => reader.socket.readyState === WebSocket.CLOSED);
    expect(reader.messages.at(-1)).toMatchObject({ type: 'closed', code: 'conference_ended' });
  });
});
