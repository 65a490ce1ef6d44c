import type { PlayerProtocol, QualityReport } from '../contracts';
import { LianmaiError } from '../errors';
import { listenTo } from '../util/listen';
import { API_BACKOFF, Retry } from '../util/retry';
import { Scope } from '../util/scope';
import { type Readable, Value } from '../util/value';
import { Attention } from './attention';
import type { PlayerEngine, PlayerFormat, RunningEngine } from './engine';
import { EngineChoice } from './engine-choice';
import { QualityMeter } from './measure/quality-meter';
import { Sound } from './sound';
import type { Watched } from './watched';

/** `refused`: this user may not watch, and no further try changes that (`problem` says why). */
export type PlayerState = 'off-air' | 'connecting' | 'playing' | 'reconnecting' | 'unsupported' | 'refused';

export interface PlayerOptions {
  video: HTMLVideoElement;
  /** Ways to play, the best first; one that the browser can't is left out. */
  engines: readonly PlayerEngine[];
  /** true: start without sound, whatever the browser would allow. Default: false. */
  muted?: boolean;
  /** false: no playback until `want(true)`. Default: true. */
  wanted?: boolean;
}

/** A picture that stands still longer than this, ms, is fetched again. The hub itself holds viewers while a host returns. */
const STALL_MS = 12_000;
const TICK_MS = 1000;
/** HTTP statuses of answers that are the same at the next try. */
const REFUSALS: ReadonlySet<number> = new Set([403, 404]);

/**
 * Plays a channel in a video element: waits while it is off the air, starts by itself, comes back after a loss. Reports
 * what its viewer saw where the server asks for it (PlaybackView.reportEveryMs).
 */
export class Player {
  readonly state: Readable<PlayerState>;
  /** Why it is `refused`. */
  readonly problem: Readable<LianmaiError | null>;
  /** Without sound: as set, by the browser's own controls too, or because the browser allows none before the first click. */
  readonly muted: Readable<boolean>;
  readonly format: Readable<PlayerFormat>;
  /** What the viewer may pick of: with one there is no choice. */
  readonly formats: Readable<readonly PlayerFormat[]>;
  /** How the picture comes; null: it doesn't. */
  readonly protocol: Readable<PlayerProtocol | null>;
  /**
   * How far the screen is behind the hub, ms, each second: with FLV what waits in the buffer, with hls.js the distance to
   * the playlist's end. null: not known, with HLS by the browser itself always.
   */
  readonly latencyMs: Readable<number | null>;

  private readonly now = new Value<PlayerState>('off-air');
  private readonly trouble = new Value<LianmaiError | null>(null);
  private readonly way = new Value<PlayerProtocol | null>(null);
  private readonly video: HTMLVideoElement;
  private readonly choice: EngineChoice;
  private readonly meter: QualityMeter;
  private readonly attention: Attention;
  private readonly sound: Sound;
  private readonly scope = new Scope();
  private readonly retry = new Retry(API_BACKOFF);
  private engine: RunningEngine | null = null;
  private wanted: boolean;
  /** Wanted, and there is something to play. */
  private going = false;
  /** Rises at every start and stop: what belongs to an older run does nothing. */
  private run = 0;
  private movedAt = 0;

  /** @param send takes a report; must not throw */
  constructor(
    private readonly watched: Watched,
    { video, engines, muted = false, wanted = true }: PlayerOptions,
    send: (report: QualityReport) => void,
  ) {
    this.video = video;
    this.wanted = wanted;
    this.choice = new EngineChoice(engines);
    this.attention = new Attention(
      video,
      () => this.engine !== null,
      () => this.judge(),
    );
    this.sound = new Sound(video, muted, () => this.attention.refused());
    this.meter = new QualityMeter(video, send);
    this.state = this.now;
    this.problem = this.trouble;
    this.muted = this.sound.muted;
    this.format = this.choice.format;
    this.formats = this.choice.formats;
    this.protocol = this.way;
    this.latencyMs = this.meter.latencyMs;
    this.listen();
    this.settle();
  }

  /** Whether to play at all: who is in the call doesn't need the delayed picture. */
  want(wanted: boolean): void {
    this.wanted = wanted;
    this.settle();
  }

  /** What kept the viewer out may be over. The room's suspensions and bans are followed without it. */
  again(): void {
    if (this.now.value === 'refused') this.begins();
  }

  setMuted(muted: boolean): void {
    this.sound.set(muted);
    if (!muted && this.engine) void this.sound.play();
  }

  /** The viewer picks how the picture comes. */
  setFormat(format: PlayerFormat): void {
    if (format === this.format.value) return;
    this.choice.pick(format);
    this.retry.reset();
    if (this.going) this.begins();
  }

  /** Gives the element up. Idempotent. */
  close(): void {
    this.scope.end();
  }

  private listen(): void {
    const { scope, watched, video, meter } = this;
    scope.hold(() => this.attention.close());
    scope.hold(() => meter.close());
    scope.hold(() => this.stop());
    // host -> mix and back is no reason to touch a running player: the hub changes over inside the stream.
    scope.hold(watched.source.subscribe(() => this.settle()));
    scope.hold(
      watched.sourceChange.subscribe((version) => {
        if (version !== null) meter.handOver(version);
      }),
    );
    scope.hold(watched.onDoors(() => this.again()));
    scope.hold(listenTo(video, 'timeupdate', () => this.moved()));
    scope.hold(listenTo(video, 'volumechange', () => this.sound.follow()));
    const timer = setInterval(() => this.tick(), TICK_MS);
    scope.hold(() => clearInterval(timer));
  }

  private settle(): void {
    const goes = this.wanted && this.watched.source.value !== 'none';
    if (this.scope.isOver || goes === this.going) return;
    this.retry.reset();
    if (!goes) return this.stop();
    this.going = true;
    this.attention.reset();
    this.begins();
  }

  private begins(): void {
    this.now.value = 'connecting';
    this.judge();
    this.meter.wish();
    void this.start();
  }

  private stop(): void {
    const isEnd = this.watched.source.value === 'none';
    this.going = false;
    this.meter.judge(false, isEnd);
    this.meter.report();
    this.drop();
    this.now.value = 'off-air';
  }

  private drop(): void {
    this.run += 1;
    this.retry.cancel();
    this.engine?.destroy();
    this.engine = null;
    this.way.value = null;
    this.meter.lost();
  }

  private lost(mine: number): void {
    if (mine !== this.run) return;
    this.drop();
    this.now.value = 'reconnecting';
    this.retry.later(() => void this.start());
  }

  private async start(): Promise<void> {
    this.drop();
    const mine = this.run;
    this.trouble.value = null;
    try {
      const playback = await this.watched.playback();
      if (mine !== this.run) return;
      // Absent: a server from before there were reports.
      this.meter.reportEvery(this.watched.isReported ? (playback.reportEveryMs ?? null) : null);
      const started = await this.choice.start(this.video, playback, () => this.lost(mine));
      if (mine !== this.run) return started?.running.destroy();
      if (!started) return this.ends('unsupported');
      this.engine = started.running;
      this.way.value = started.engine.protocol;
      this.meter.plays(started);
      this.movedAt = Date.now();
      if (!this.attention.isPaused) await this.sound.play();
    } catch (error) {
      this.failed(mine, LianmaiError.of(error));
    }
  }

  private failed(mine: number, why: LianmaiError): void {
    if (mine !== this.run) return;
    if (!REFUSALS.has(why.status)) return this.lost(mine);
    this.drop();
    this.trouble.value = why;
    this.ends('refused');
  }

  private ends(state: PlayerState): void {
    this.now.value = state;
    this.judge();
  }

  private moved(): void {
    this.movedAt = Date.now();
    if (!this.engine) return;
    this.retry.reset();
    this.now.value = 'playing';
  }

  private tick(): void {
    const { isHidden, isPaused } = this.attention;
    this.meter.sample();
    if (this.engine && !isHidden && !isPaused && Date.now() - this.movedAt > STALL_MS) this.lost(this.run);
  }

  /** Only a picture that is meant to move, where somebody can see it. */
  private judge(): void {
    const { isHidden, isPaused } = this.attention;
    const ended = this.now.value === 'unsupported' || this.now.value === 'refused';
    this.meter.judge(this.going && !ended && !isHidden && !isPaused);
  }
}
