import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { MixOutput, MixRelief } from '../../contracts';
import { type MediaLogger, type MixReport, type MixSeat, type MixSpec, picturesOf } from '../contract';
import { parseRtmpUrl } from '../../shared/rtmp-url';
import { RtmpPusher } from '../rtmp';
import { AUDIO_RATE } from '../codec/audio/pcm';
import { type ClockEvent, OutputClock } from './clock';
import { AacEncoder } from '../ffmpeg/aac-encoder';
import { OpusDecoder } from '../ffmpeg/opus-decoder';
import { FfmpegVideoDecoder } from '../ffmpeg/video-decoder';
import { ConferenceInputs } from './inputs/conference-inputs';
import { layoutTiles } from '../../shared/layout';
import { FrameCount } from './frame-count';
import { MixPicture } from './mix-picture';
import { Images } from './mcu/images';
import { OverloadGovernor, reliefFor } from './overload';
import { LiveGateway, type StreamHead } from './mlg/live-gateway';
import { type AudioInputState, AudioMixer } from './mps/audio-mixer';
import { LoudestSpeaker } from './mps/loudest';

export interface LoadMeter {
  /** Share of the time since the last call in which the process had work, 0..1. */
  busy(): number;
  /** ms from one look to the next. */
  everyMs: number;
}

export interface MixDeps {
  logger: MediaLogger;
  load: LoadMeter;
}

const HOUSEKEEPING_MS = 10;
const STATISTICS_MS = 2000;
const PUSH_CONNECT_TIMEOUT_MS = 5000;
/** Two seconds of a 4 Mbit/s mix. */
const PUSH_QUEUE_BYTES = 1 << 20;

/** One mix task: what it mixes, and into what, may change (`apply`); clock and RTMP session stay until `stop`. */
export class Mix extends EventEmitter<{ report: [MixReport] }> {
  private parts: Parts | null = null;
  private firstDeliveryMs: number | null = null;
  private readonly frames = new FrameCount();
  private droppedBefore = 0;
  private speaker: string | null = null;
  private ended = false;
  private readonly images: Images;

  constructor(private readonly deps: MixDeps) {
    super();
    const onReady = () => this.guard(() => this.parts && this.arrange());
    this.images = new Images({ logger: deps.logger, onReady });
  }

  /** A picture that the next spec names. It is kept until one doesn't. @param file PNG or JPEG */
  takeImage(id: string, file: Buffer): void {
    this.images.put(id, file);
  }

  /** Opens everything and begins to receive; the push starts by the rule of `MixSpec.startTimeoutMs`. */
  start(spec: MixSpec): void {
    if (this.parts || this.ended) return;
    this.guard(() => {
      const parts = this.open(spec);
      this.parts = parts;
      this.images.retain(new Set(picturesOf(spec).all));
      this.arrange();
      parts.inputs.open();
      parts.picture?.warmUp();
      this.report({ type: 'applied', version: spec.version });
    });
  }

  /** Takes a newer version of the layout, the seats, the conference and the output; older ones are ignored. */
  apply(spec: MixSpec): void {
    if (!this.parts || spec.version <= this.parts.spec.version) return;
    const before = this.parts.spec;
    const moves = spec.conferenceId !== before.conferenceId || spec.egress.url !== before.egress.url;
    this.parts.spec = spec;
    this.images.retain(new Set(picturesOf(spec).all));
    this.guard(() => {
      if (!isDeepStrictEqual(spec.output, before.output)) this.reshape(spec.output);
      this.arrange();
      if (moves) this.parts!.inputs.move(spec.egress, performance.now());
      if (hostOf(spec.target) !== hostOf(before.target)) this.parts!.gateway.redirect();
    });
    this.report({ type: 'applied', version: spec.version });
  }

  /** Ends the push and closes everything; resolves after the last report. Idempotent. */
  async stop(): Promise<void> {
    await this.end('stopped', 'as ordered');
  }

  private open(spec: MixSpec): Parts {
    const { logger } = this.deps;
    const mixer = new AudioMixer();
    const picture = this.pictureOf(spec.output, mixer);
    const aac = new AacEncoder(spec.output.audioBitrate);
    const inputs = new ConferenceInputs(spec.egress, {
      decoders: { audio: () => new OpusDecoder(), video: (codec) => new FfmpegVideoDecoder(codec) },
      onLost: (detail) => void this.end('egress_lost', detail),
      guard: (work) => this.guard(work),
      logger,
    });
    const connect = () =>
      RtmpPusher.connect(this.parts?.spec.target ?? spec.target, {
        connectTimeoutMs: PUSH_CONNECT_TIMEOUT_MS,
        maxQueueBytes: PUSH_QUEUE_BYTES,
      });
    const gateway = new LiveGateway(
      { head: headOf(spec.output, picture, aac), connect },
      {
        onRunning: () => this.reportState('running'),
        onRetrying: () => this.reportState('retrying'),
        onRefused: (detail) => void this.end('refused', detail),
      },
      logger,
    );
    return {
      spec,
      picture,
      aac,
      inputs,
      gateway,
      mixer,
      loudest: new LoudestSpeaker(),
      overload: new OverloadGovernor(reliefFor(spec.output)),
      seats: spec.seats,
      clock: new OutputClock(
        spec.output.fps,
        () => performance.now(),
        (event) => this.onClock(event),
      ),
      housekeeping: setInterval(() => this.guard(() => this.housekeep()), HOUSEKEEPING_MS),
      statistics: setInterval(() => this.reportStatistics(), STATISTICS_MS),
      load: setInterval(() => this.guard(() => this.lookAtLoad()), this.deps.load.everyMs),
    };
  }

  /**
   * Another output, between two pictures: a new canvas and new encoders in the same push and on the same clock. The
   * gateway sends the new headers before their first picture; where there are none any more, before the sound.
   */
  private reshape(output: MixOutput): void {
    const parts = this.parts!;
    const { picture, aac, mixer, overload } = parts;
    overload.setSteps(reliefFor(output));
    parts.picture = this.pictureOf(output, mixer, overload.taken);
    parts.aac = aac.successor(output.audioBitrate);
    for (const old of [picture, aac]) old?.close();
    parts.clock.setFps(output.fps);
    parts.gateway.change(headOf(output, parts.picture, parts.aac));
    if (!parts.picture) this.frames.pause();
  }

  /** null: sound only. */
  private pictureOf(
    output: MixOutput,
    mixer: AudioMixer,
    taken: readonly MixRelief[] = [],
  ): MixPicture | null {
    if (output.video === false) return null;
    return new MixPicture(output, (userId) => mixer.level(userId), this.images, taken);
  }

  /** Brings tiles and inputs in line with the spec. */
  private arrange(): void {
    const { spec, picture, inputs, overload } = this.parts!;
    const speaker = spec.layout.kind === 'speaker' ? this.speaker : null;
    const tiles = layoutTiles(spec.layout, spec.seats, spec.output, speaker);
    // A mix of sound only shows nobody.
    const heights = picture?.arrange(tiles, spec.layout, spec.seats) ?? new Map<string, number>();
    // Who isn't seen is heard only: their pictures aren't decoded, nor waited for, and may come small.
    this.parts!.seats = spec.seats.map((seat) => ({
      ...seat,
      video: seat.video && heights.has(seat.userId),
    }));
    inputs.setSeats(this.parts!.seats);
    const share = overload.taken.includes('inputs') ? 0.5 : 1;
    inputs.setHeights(
      new Map(spec.seats.map(({ userId }) => [userId, Math.ceil((heights.get(userId) ?? 0) * share)])),
    );
  }

  private lookAtLoad(): void {
    const { spec, picture, aac, gateway, overload, clock } = this.parts!;
    const dropped = clock.framesDropped - this.droppedBefore;
    this.droppedBefore = clock.framesDropped;
    const before = overload.taken;
    if (!overload.look({ busy: this.deps.load.busy(), dropped })) return;
    const { taken } = overload;
    if (before.includes('preset') !== taken.includes('preset')) {
      picture?.relieve(taken);
      gateway.change(headOf(spec.output, picture, aac));
    }
    this.arrange();
    this.deps.logger.warn({ taken }, 'the load of the mix');
    this.report({ type: 'relief', taken });
  }

  private housekeep(): void {
    const { inputs, clock } = this.parts!;
    const now = performance.now();
    inputs.housekeep(now);
    if (!clock.started) this.maybeBegin(now);
  }

  private maybeBegin(now: number): void {
    const { spec, seats, inputs, gateway, clock } = this.parts!;
    // Nothing comes from those who are muted, and hidden or in a mix of sound only.
    const awaited = seats.filter(({ audio, video }) => audio || video);
    const delivered = awaited.filter((seat) => inputs.delivered(seat, now)).length;
    const nothingYet = delivered === 0 && awaited.length > 0;
    if (nothingYet && this.firstDeliveryMs === null) return;
    this.firstDeliveryMs ??= now;
    gateway.open();
    const waited = now - this.firstDeliveryMs >= spec.startTimeoutMs;
    if (gateway.connected && (delivered === awaited.length || waited)) clock.start();
  }

  private onClock(event: ClockEvent): void {
    this.guard(() => (event.kind === 'video' ? this.onVideo(event) : this.onAudio(event)));
  }

  private onVideo({ index, ms, dueMs }: ClockEvent): void {
    const { picture, inputs, gateway, clock, overload } = this.parts!;
    if (!picture || (index % 2 === 1 && overload.taken.includes('frame-rate'))) return;
    const atMs = clock.origin + dueMs;
    picture.draw((userId) => inputs.picture(userId, atMs));
    if (!gateway.connected) return;
    const frame = picture.encode({ index, ms }, gateway.wantsKeyframe);
    if (!frame) return;
    gateway.video(frame, ms);
    this.frames.count(performance.now());
  }

  private onAudio({ index, ms }: ClockEvent): void {
    const { spec, aac, inputs, mixer, gateway, clock } = this.parts!;
    const sources = new Map<string, AudioInputState>();
    // An API of an earlier version writes seats without a gain.
    for (const { userId, audio, gain = 1 } of spec.seats) {
      sources.set(userId, { source: inputs.audio(userId), gain: audio ? gain : 0 });
    }
    mixer.mix(clock.origin + ms, sources, aac.left, aac.right);
    if (spec.layout.kind === 'speaker') this.followSpeaker(ms);
    const frame = aac.encode(index);
    // The encoder's first frame lies before the first sample.
    if (frame && frame.sample >= 0) gateway.audio(frame.data, (frame.sample / AUDIO_RATE) * 1000);
  }

  private followSpeaker(ms: number): void {
    const { spec, mixer, loudest } = this.parts!;
    const levels = new Map(spec.seats.map((seat) => [seat.userId, mixer.level(seat.userId)]));
    const speaker = loudest.update(ms, levels);
    if (speaker === this.speaker) return;
    this.speaker = speaker;
    this.arrange();
  }

  private reportState(state: 'running' | 'retrying'): void {
    if (this.parts) this.report({ type: 'state', state, version: this.parts.spec.version });
  }

  private reportStatistics(): void {
    const { inputs, gateway, clock } = this.parts!;
    const cpu = process.cpuUsage();
    this.report({
      type: 'statistics',
      statistics: {
        framesOut: this.frames.out,
        framesDropped: clock.framesDropped,
        inputs: inputs.count,
        packetsLost: inputs.packetsLost,
        keyframeRequests: inputs.keyframeRequests,
        reconnects: gateway.reconnects,
        cpuMs: Math.round((cpu.user + cpu.system) / 1000),
        rssBytes: process.memoryUsage.rss(),
        maxFrameGapMs: this.frames.maxGapMs,
      },
    });
  }

  private report(report: MixReport): void {
    this.emit('report', report);
  }

  /** An error in `work` ends this mix. */
  private guard(work: () => void): void {
    if (this.ended) return;
    try {
      work();
    } catch (error) {
      this.deps.logger.error({ error: (error as Error).stack }, 'the mix failed');
      void this.end('internal', (error as Error).message);
    }
  }

  /** The output stops first, then the inputs; what was allocated natively is freed last. */
  private async end(code: Extract<MixReport, { type: 'ended' }>['code'], detail: string): Promise<void> {
    if (this.ended) return;
    this.ended = true;
    this.images.close();
    const { parts } = this;
    if (parts) {
      clearInterval(parts.housekeeping);
      clearInterval(parts.statistics);
      clearInterval(parts.load);
      parts.clock.stop();
      parts.inputs.disconnect();
      this.reportStatistics();
      await parts.gateway.close();
      parts.inputs.close();
      parts.picture?.close();
      parts.aac.close();
      this.parts = null;
    }
    this.report({ type: 'ended', code, detail });
  }
}

function headOf(output: MixOutput, picture: MixPicture | null, aac: AacEncoder): StreamHead {
  return { output, videoConfig: picture?.decoderConfig ?? null, audioConfig: aac.config };
}

/** Host and port of an RTMP address. */
function hostOf(url: string): string {
  const { host, port } = parseRtmpUrl(url);
  return `${host}:${port}`;
}

interface Parts {
  spec: MixSpec;
  /** Null where the mix is sound only. */
  picture: MixPicture | null;
  aac: AacEncoder;
  inputs: ConferenceInputs;
  gateway: LiveGateway;
  mixer: AudioMixer;
  loudest: LoudestSpeaker;
  overload: OverloadGovernor;
  /** Without the cameras that nobody sees. */
  seats: MixSeat[];
  clock: OutputClock;
  housekeeping: NodeJS.Timeout;
  statistics: NodeJS.Timeout;
  load: NodeJS.Timeout;
}
