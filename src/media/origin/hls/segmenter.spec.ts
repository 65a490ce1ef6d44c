import fc from 'fast-check';
import { buildAudioSpecificConfig } from '../../codec/audio/aac';
import { Stream, type MediaUnit } from '../../stream';
import { HLS_LIMITS, type HlsLimits } from './limits';
import { Numbers } from './numbers';
import { partTargetOf } from './part-target';
import { writeMediaPlaylist } from './playlist';
import { Segmenter } from './segmenter';
import { HlsWindow, type HlsSegment } from './window';

/** Decoder configurations that x264 made. */
const HIGH = Buffer.from(
  '0164001fffe1001a6764001facd9405005bb011000000300100000030320f183196001000668ebe3cb22c0',
  'hex',
);
const BASELINE = Buffer.from(
  '0142c01fffe100186742c01fd900f0117ef01100000303e90000ea600f18324801000568cb83cb20',
  'hex',
);
const AAC = buildAudioSpecificConfig(48000, 2);
const NOW = 1_800_000_000_000;

let stream: Stream;
let window: HlsWindow;
let segmenter: Segmenter;
let now: number;

function begin(limits: Partial<HlsLimits> = {}, resumes = false): void {
  const full = { ...HLS_LIMITS, ...limits };
  window = new HlsWindow(full, stream.longestGopMs, partTargetOf(stream));
  segmenter = new Segmenter(stream, window, full, new Numbers(NOW), () => now, resumes);
  segmenter.start();
  stream.subscribe((unit) => segmenter.write(unit));
}

beforeEach(() => {
  stream = new Stream();
  now = NOW;
});

function write(...units: MediaUnit[]): void {
  for (const unit of units) stream.write(unit);
}
const videoConfig = (config: Buffer): MediaUnit => ({ kind: 'video-config', dtsMs: 0, config });
const audioConfig: MediaUnit = { kind: 'audio-config', dtsMs: 0, config: AAC };
const audio = (dtsMs: number): MediaUnit => ({ kind: 'audio', dtsMs, data: Buffer.from('sound') });
const video = (dtsMs: number, keyframe = false): MediaUnit => ({
  kind: 'video',
  dtsMs,
  ptsMs: dtsMs,
  keyframe,
  data: Buffer.from('0000000165', 'hex'),
});

/** Pictures of 25 fps and their sound. */
function play(fromMs: number, toMs: number, gopMs: number): void {
  for (let ms = fromMs; ms < toMs; ms += 40) {
    now += 40;
    write(video(ms, (ms - fromMs) % gopMs === 0), audio(ms));
  }
}

const durations = (segments: readonly HlsSegment[]) => segments.map(({ durationMs }) => durationMs);
const partDurations = (segment: HlsSegment) => segment.parts.map(({ durationMs }) => durationMs);

describe('Segmenter', () => {
  it('cuts segments at keyframes and parts at pictures', () => {
    write(videoConfig(HIGH), audioConfig);
    play(0, 1080, 1000);
    begin();
    play(1080, 6100, 1000);
    const [first, second, ...others] = window.segments;
    // What was there when it began is one segment, what was left of the GOP the next.
    expect([first, second].map((segment) => segment!.parts[0]!.independent)).toEqual([true, false]);
    expect(
      durations(others)
        .slice(0, -1)
        .every((ms) => ms === 2000),
    ).toBe(true);
    const complete = others[0]!;
    expect(partDurations(complete)).toEqual([280, 280, 280, 280, 280, 280, 280, 40]);
    expect(complete.parts.map(({ independent }) => independent)).toEqual([
      true,
      ...Array<boolean>(7).fill(false),
    ]);
    expect(window.targetDuration).toBe(2);
    expect(window.partTargetMs).toBe(302);
  });

  it('gives a first segment without waiting for the next keyframe, and ends the next one there', () => {
    write(videoConfig(HIGH), audioConfig);
    play(0, 600, 10_000);
    begin();
    expect(durations(window.segments)).toEqual([null]);
    play(600, 1000, 10_000 - 600);
    stream.write(video(1000));
    expect(durations(window.segments)).toEqual([920, null]);
    play(1040, 1200, 10_000);
    expect(window.segments.length).toBeGreaterThan(2);
  });

  it('waits for a keyframe where there is none, and leaves out what comes before', () => {
    write(videoConfig(HIGH), audioConfig);
    begin();
    write(video(0), audio(0));
    expect(window.segments).toEqual([]);
    write(video(40, true));
    expect(window.segments).toHaveLength(1);
  });

  it('flushes the part before other tracks, which have another initialisation segment', () => {
    write(videoConfig(HIGH), audioConfig);
    begin();
    play(0, 3000, 1000);
    write({ kind: 'discontinuity', dtsMs: 3005 }, videoConfig(BASELINE));
    expect(window.last!.durationMs).not.toBeNull();
    play(3020, 3400, 1000);
    const fresh = window.last!;
    expect(fresh).toMatchObject({ discontinuity: true });
    expect(fresh.init.bytes.includes(BASELINE)).toBe(true);
    expect(window.segments[0]!.init.bytes.includes(HIGH)).toBe(true);
    const text = writeMediaPlaylist(window, { hint: 'next' });
    expect(text.match(/#EXT-X-MAP/g)).toHaveLength(2);
    expect(text.match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(1);
    expect(text.indexOf('#EXT-X-DISCONTINUITY\n')).toBeLessThan(text.lastIndexOf('#EXT-X-MAP'));
  });

  /** Pictures 66 ms apart: parts of 264 ms. */
  const slow = (fromMs: number, toMs: number) => {
    for (let ms = fromMs; ms < toMs; ms += 66) write(video(ms, (ms - fromMs) % 990 === 0), audio(ms));
  };
  const shown = () => durations(window.segments).reduce<number>((sum, ms) => sum + (ms ?? 0), 0);

  it('counts the last picture before other tracks, and before the end, for as long as it is shown', () => {
    write(videoConfig(HIGH), audioConfig);
    begin();
    slow(0, 792);
    write({ kind: 'discontinuity', dtsMs: 740 }, videoConfig(BASELINE));
    expect(shown()).toBe(792);
    slow(752, 1082);
    segmenter.end();
    expect(shown()).toBe(792 + 330);
  });

  it('leaves out what is under way before a discontinuity where it is too short for hls.js, but not before the end', () => {
    write(videoConfig(HIGH), audioConfig);
    begin();
    slow(0, 660);
    write({ kind: 'discontinuity', dtsMs: 600 }, videoConfig(BASELINE));
    expect(shown()).toBe(528);
    expect(window.last!.parts).toHaveLength(2);
    slow(620, 752);
    segmenter.end();
    expect(window.segments.map(({ parts }) => parts.length)).toEqual([2, 1]);
  });

  it('cuts sound alone wherever it is time', () => {
    write(audioConfig);
    begin();
    for (let ms = 0; ms < 5000; ms += 20) write(audio(ms));
    const [first, second] = window.segments;
    expect(second).toMatchObject({ discontinuity: false });
    for (const { parts } of [first!, second!])
      expect(parts.every(({ independent, durationMs }) => independent && durationMs <= 300)).toBe(true);
  });

  it.each([10, 12, 15, 20, 24, 25, 29.97, 30, 50, 60])(
    'cuts parts of 85 to 100 %% of a target that never changes, at %d fps with timestamps that jitter',
    (fps) => {
      const jitter = fc.sample(fc.integer({ min: -8, max: 8 }), { numRuns: 40 * fps, seed: fps });
      let sound = 0;
      const picture = (nth: number) => {
        const ms = Math.round((nth * 1000) / fps);
        for (; sound < ms; sound += 21) write(audio(sound));
        write(video(ms + (nth > 0 ? jitter[nth]! : 0), nth % (fps * 2) < 1));
      };
      write(videoConfig(HIGH), audioConfig);
      for (let nth = 0; nth < fps; nth++) picture(nth);
      begin();
      const { partTargetMs } = window;
      for (let nth = Math.ceil(fps); nth < 40 * fps; nth++) {
        picture(nth);
        expect(window.partTargetMs).toBe(partTargetMs);
      }
      for (const segment of window.segments.slice(0, -1)) {
        for (const ms of partDurations(segment)) expect(ms).toBeLessThanOrEqual(partTargetMs);
        for (const ms of partDurations(segment).slice(0, -1))
          expect(ms).toBeGreaterThanOrEqual(0.85 * partTargetMs);
        expect(partDurations(segment).reduce((sum, ms) => sum + ms, 0)).toBe(segment.durationMs);
      }
    },
  );

  it('makes no part longer than the target where the pictures become slower, or jump', () => {
    write(videoConfig(HIGH), audioConfig);
    play(0, 1000, 1000);
    begin();
    const { partTargetMs } = window;
    for (const [from, everyMs] of [
      [1000, 67],
      [7000, 200],
      [13_000, 700],
    ] as const) {
      for (let ms = from; ms < from + 6000; ms += 20) {
        write(audio(ms));
        if ((ms - from) % everyMs < 20) write(video(ms, (ms - from) % 2000 < 20));
      }
    }
    write({ kind: 'discontinuity', dtsMs: 60_000 });
    const parts = window.segments.flatMap(partDurations);
    expect(Math.max(...parts)).toBeLessThanOrEqual(partTargetMs);
    expect(window.partTargetMs).toBe(partTargetMs);
  });

  it.each([200, 5000])('keeps to the pictures where the times of the sound run ahead by %s ms', (aheadMs) => {
    write(videoConfig(HIGH), audioConfig);
    begin();
    const target = window.partTargetMs;
    const picture = (ms: number): MediaUnit[] => (ms < 6000 ? [video(ms, ms % 1000 === 0)] : []);
    const show = (fromMs: number, toMs: number) => {
      for (let ms = fromMs; ms < toMs; ms += 40, now += 40) write(...picture(ms), audio(ms + aheadMs));
    };
    show(0, 6000);
    const played = window.segments.slice(2, -1);
    expect(durations(played)).toEqual([2000, 2000]);
    for (const segment of played) {
      const parts = partDurations(segment);
      expect(parts.reduce((sum, ms) => sum + ms, 0)).toBe(segment.durationMs);
      expect(Math.min(...parts.slice(0, -1))).toBeGreaterThanOrEqual(0.85 * target);
    }
    // The camera goes off, and what is to be heard goes on.
    show(6000, 30_000);
    expect(window.partTargetMs).toBe(target);
    const [from, to] = [window.segments[0]!, window.last!].map(({ dateMs }) => dateMs);
    expect(durations(window.segments).reduce<number>((sum, ms) => sum + (ms ?? 0), 0)).toBe(to! - from!);
    expect(window.last!.parts.length).toBeGreaterThan(0);
  });

  it('leaves out end-of-sequence markers', () => {
    write(videoConfig(HIGH));
    begin();
    write(video(0, true));
    const marker = Buffer.from('000000010a', 'hex');
    write({ kind: 'video', dtsMs: 20, ptsMs: 20, keyframe: false, data: marker });
    segmenter.end();
    expect(window.last!.parts[0]!.bytes.includes(marker)).toBe(false);
  });

  it('cuts without a keyframe where none comes, and keeps bytes in bounds', () => {
    write(videoConfig(HIGH), audioConfig);
    begin({ maxSegmentMs: 4000, windowBytes: 30_000, windowMs: 60_000 });
    play(0, 30_000, 60_000);
    const all = durations(window.segments).slice(1, -1);
    expect(all.length).toBeGreaterThan(0);
    expect(all.every((ms) => ms === 4000)).toBe(true);
    const bytes = window.segments.slice(0, -1).reduce((sum, segment) => sum + segment.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(30_000);
    for (const { name } of window.segments.slice(0, -1)) expect(window.file(name)).toBeDefined();
  });

  it('goes on cutting where the picture is missing and the sound goes on', () => {
    write(videoConfig(HIGH), audioConfig);
    begin();
    play(0, 2000, 1000);
    for (let ms = 2000; ms < 600_000; ms += 20) write(audio(ms));
    const shown = window.segments.findIndex(({ parts }) => parts.length > 10);
    expect(durations(window.segments.slice(shown, -1)).every((ms) => ms! >= 20_000 && ms! <= 20_020)).toBe(
      true,
    );
    expect(window.last!.parts.length).toBeLessThanOrEqual(67);
    expect(window.segments.length).toBeLessThan(8);
    expect(writeMediaPlaylist(window, { hint: 'next' }).length).toBeLessThan(15_000);
    play(600_000, 604_000, 1000);
    expect(window.segments.slice(-3).map(({ parts }) => parts[0]!.independent)).toEqual([false, true, true]);
    expect(window.targetDuration).toBe(20);
  });

  it('cuts at a picture where pictures go on, however the sound lies between them', () => {
    write(videoConfig(HIGH), audioConfig);
    begin({ maxSegmentMs: 4000 });
    for (let ms = 0; ms < 13_000; ms += 20)
      write(audio(ms), ...(ms % 500 === 60 ? [video(ms, ms === 60)] : []));
    expect(durations(window.segments).slice(1, 3)).toEqual([4000, 4000]);
  });

  it('bounds segments and throws at nothing where times are absurd', () => {
    write(videoConfig(HIGH), audioConfig);
    begin();
    const day = 86_400_000;
    play(0, 1000, 1000);
    write(audio(2 * day), video(4 * day, true), audio(4 * day), video(4 * day + 40.5), audio(6 * day));
    write({
      kind: 'video',
      dtsMs: 6 * day,
      ptsMs: 10 * day,
      keyframe: false,
      data: Buffer.from('0000000141', 'hex'),
    });
    write({ kind: 'discontinuity', dtsMs: 8 * day }, video(1e15, true), audio(1e15));
    segmenter.end();
    expect(window.targetDuration).toBeLessThanOrEqual(20);
    expect(() => writeMediaPlaylist(window, { hint: null })).not.toThrow();
  });

  it('forgets what has left the window, discontinuities counted', () => {
    write(videoConfig(HIGH), audioConfig);
    begin({}, true);
    const gone: string[] = [];
    play(0, 2500, 1000);
    gone.push(...window.segments[0]!.parts.map(({ name }) => name), window.segments[0]!.name);
    expect(window.discontinuitySequence).toBe(0);
    play(3000, 40_000, 1000);
    expect(window.discontinuitySequence).toBe(1);
    expect(gone.filter((name) => window.file(name))).toEqual([]);
    expect(window.segments.length).toBeLessThan(10);
    // The same tracks throughout: their initialisation segment is still needed.
    expect(window.file(window.last!.init.name)).toBeDefined();
  });

  it('dates segments by the wall clock, anew after an outage', () => {
    write(videoConfig(HIGH), audioConfig);
    begin();
    play(0, 4100, 2000);
    const steps = () => window.segments.slice(1).map(({ dateMs }, i) => dateMs - window.segments[i]!.dateMs);
    expect(steps()).toEqual(durations(window.segments).slice(0, -1));
    now += 5000;
    play(4120, 6200, 2000);
    expect(steps().at(-1)).toBe(2120 + 5000);
  });
});
