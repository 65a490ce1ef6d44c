/** Encoders on trial: what viewers get of a stream that is odd in some way, and whether it is what belongs there. */
import type { ChannelSnapshot } from '../../../src/media/contract';
import { AAC_FRAME } from '../../../src/media/codec/audio/aac';
import { silentAacFrame } from '../../../src/media/codec/audio/aac-silence';
import { nalType, splitAvcc } from '../../../src/media/codec/h264/h264';
import type { MediaNode } from '../../../src/media/node';
import type { Oddity } from './encoder-oddities';
import { FlvCapture } from './flv-capture';
import { HlsCapture } from './hls-capture';
import { hlsFaults } from './hls-faults';
import type { Rule } from './hls-rules';
import { FRAME_MS, markedStream, unitsOf, type MarkedUnit, type Tag } from './marked-stream';
import { startTestNode } from './media-node';
import { OddPublisher, type PublisherOptions } from './odd-publisher';

const SECONDS = 6;
export const STREAM = markedStream(SECONDS);
const SILENCE = silentAacFrame(2);
/** Of one frame. */
const SOUND_MS = (AAC_FRAME * 1000) / 48_000;
const HEAD_MS = 900;
/** All of it is sent in one go, however long it lasts, and the first segment waits for no keyframe. */
const NOT_IN_ONE_GO: readonly Rule[] = ['date', 'independent'];

export interface Trial {
  odd?: Oddity;
  publisher?: PublisherOptions;
  stream?: Tag[];
  /** So much of it is sent before there is a viewer, ms; default 900: within the first GOP, all of which they get. */
  headMs?: number;
  /** Rules of HLS that it breaks, and has to. */
  breaks?: readonly Rule[];
}

export interface Seen {
  units: MarkedUnit[];
  /** What a player of HLS found wrong. */
  hls: string[];
}

/** A node, and a channel of its own for each trial. */
export class EncoderTrials {
  told: ChannelSnapshot[] = [];
  channelId = '';
  private channels = 0;
  private readonly open: { close(): void }[] = [];

  private constructor(readonly node: MediaNode) {
    node.hub.on('channel', (snapshot) => this.told.push(snapshot));
  }

  static async start(): Promise<EncoderTrials> {
    const limits = { setupTimeoutMs: 1000 };
    return new EncoderTrials(await startTestNode({ hub: { graceMs: 100 }, rtmpLimits: limits }));
  }

  get key(): string {
    return `${this.channelId}?token=host.1`;
  }

  wasOnAir = (): boolean =>
    this.told.some((one) => one.channelId === this.channelId && one.source !== 'none');
  isActive = (): boolean => this.publishers.some(({ active }) => active);
  isReady = (): boolean => this.publishers.some(({ ready }) => ready);

  /** Another channel. */
  next(): void {
    this.told = [];
    this.channelId = `room${++this.channels}`;
  }

  async publish(options: PublisherOptions = {}): Promise<OddPublisher> {
    const publisher = await OddPublisher.publish(this.node.rtmpPort, this.key, options);
    return this.keep(publisher);
  }

  keep<T extends { close(): void }>(one: T): T {
    this.open.push(one);
    return one;
  }

  leave(): void {
    for (const one of this.open.splice(0)) one.close();
  }

  async stop(): Promise<void> {
    this.leave();
    await this.node.close();
  }

  /** Publishes it all and ends in order. @returns what viewers got who were there from the first picture on */
  async seen({
    odd = (tags) => tags,
    publisher: options,
    stream = STREAM,
    headMs = HEAD_MS,
    breaks = [],
  }: Trial): Promise<Seen> {
    const tags = odd(stream);
    const head = odd(stream.filter(({ at }) => at <= headMs)).length;
    const publisher = await this.publish(options);
    publisher.send(tags.slice(0, head));
    const viewer = await FlvCapture.openWhenOnAir(this.viewUrl('flv'), 2000);
    const player = await HlsCapture.open(this.viewUrl('m3u8'));
    publisher.send(tags.slice(head));
    publisher.stop(this.key);
    await publisher.told('NetStream.Unpublish.Success');
    await Promise.all([viewer.waitForEnd(), player.followed]);
    return { units: unitsOf(viewer.bytes), hls: hlsFaults(player, [...NOT_IN_ONE_GO, ...breaks]) };
  }

  private viewUrl(ending: string): string {
    const { node, channelId } = this;
    return `http://127.0.0.1:${node.httpPort}/live/${channelId}.${ending}?token=play-${channelId}`;
  }

  private get publishers() {
    return this.told.filter(({ channelId }) => channelId === this.channelId).flatMap((one) => one.publishers);
  }
}

export const of = (units: MarkedUnit[], kind: 'video' | 'audio'): MarkedUnit[] =>
  units.filter((unit) => unit.kind === kind);
/** How far each is from when it belonged, ms: all the same where nothing was moved. */
const offsets = (units: MarkedUnit[]): number[] => [
  ...new Set(units.map(({ ptsMs, markMs }) => ptsMs - markMs)),
];

export interface Judgement {
  /** The sound is so much later than the picture than it belonged, ms. */
  apartMs?: number;
  /** How often the clock was corrected. */
  jumps?: number;
  /** Silence goes out in place of sound. */
  silent?: boolean;
  /** Slices of a picture. */
  slices?: number;
}

/** Expects all pictures and all sound, in order, where they belong. */
export function judge({ units, hls }: Seen, judgement: Judgement = {}): void {
  const { apartMs = 0, jumps = 0, silent = false, slices = 1 } = judgement;
  expect(hls).toEqual([]);
  const video = of(units, 'video');
  const sound = of(units, 'audio');
  const audio = sound.filter(({ data }) => !data.equals(SILENCE));
  expect(video).toHaveLength((SECONDS * 1000) / FRAME_MS);
  for (const { data, dtsMs, ptsMs } of video) {
    const types = splitAvcc(data).map(nalType);
    expect(joined(data)).toBe(true);
    expect(types.filter((type) => type === 1 || type === 5)).toHaveLength(slices);
    expect(types).not.toContain(9);
    expect(ptsMs).toBeGreaterThanOrEqual(dtsMs);
  }
  for (const track of [video, audio]) {
    const times = track.map(({ dtsMs }) => dtsMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  }
  const marks = [...video].sort((a, b) => a.ptsMs - b.ptsMs).map(({ markMs }) => markMs);
  expect(marks).toEqual([...marks].sort((a, b) => a - b));
  expect(offsets(video)).toHaveLength(jumps + 1);
  expect([audio.length === 0, sound.length - audio.length > (SECONDS * 1000) / SOUND_MS - 5]).toEqual([
    silent,
    silent,
  ]);
  if (silent) return;
  expect(offsets(audio)).toHaveLength(jumps + 1);
  expect(offsets(audio).at(-1)! - offsets(video).at(-1)!).toBe(apartMs);
}

/** Is it made of units with 4-byte lengths, none of which is empty? */
function joined(data: Buffer): boolean {
  return data.length === splitAvcc(data).reduce((sum, nal) => sum + 4 + nal.length, 0);
}
