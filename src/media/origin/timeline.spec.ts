import type { MediaFrame, VideoUnit } from '../stream';
import { JOIN_GAP_MS, Timeline } from './timeline';

const data = Buffer.from([0]);
const video = (dtsMs: number, ptsMs = dtsMs, keyframe = false): VideoUnit => ({
  kind: 'video',
  dtsMs,
  ptsMs,
  keyframe,
  data,
});
const audio = (dtsMs: number): MediaFrame => ({ kind: 'audio', dtsMs, data });

describe('Timeline', () => {
  it('joins the next source behind the last PTS, with one offset for both tracks', () => {
    const timeline = new Timeline();
    timeline.join(video(5000));
    timeline.place(video(5000));
    const shown = timeline.place(video(5040, 5160)) as VideoUnit;
    timeline.join(video(100_000, 100_080));
    const key = timeline.place(video(100_000, 100_080, true)) as VideoUnit;
    expect(key.ptsMs).toBe(shown.ptsMs + JOIN_GAP_MS);
    expect(key.dtsMs).toBeGreaterThan(shown.dtsMs);
    expect(timeline.place(audio(100_079))).toBeNull(); // before the first picture
    expect(timeline.place(audio(100_100))?.dtsMs).toBe(key.ptsMs + 20);
  });

  it('keeps DTS rising and never above PTS for a source with B-frames', () => {
    const timeline = new Timeline();
    const frames = [video(0, 80, true), video(40, 200), video(80, 120), video(120, 160), video(160, 320)];
    timeline.join(frames[0]!);
    const placed = frames.map((frame) => timeline.place(frame) as VideoUnit);
    placed.forEach(({ dtsMs, ptsMs }, i) => {
      expect(dtsMs).toBeGreaterThan(placed[i - 1]?.dtsMs ?? -1);
      expect(ptsMs).toBeGreaterThanOrEqual(dtsMs);
      expect(ptsMs - placed[0]!.ptsMs).toBe(frames[i]!.ptsMs - 80);
    });
  });

  it.each([60_000, -60_000])('joins anew when a clock jumps by %d ms', (jump) => {
    const timeline = new Timeline();
    timeline.join(video(100_000));
    timeline.place(video(100_000));
    const before = timeline.place(video(100_040)) as VideoUnit;
    const after = timeline.place(video(100_040 + jump)) as VideoUnit;
    expect(after.ptsMs).toBe(before.ptsMs + JOIN_GAP_MS);
  });

  /** Interleaved as encoders do: pictures each 40 ms, sound each 20 ms, `audioLater` ms apart; jumped by `jump` at 5 s. */
  function play(audioLater: number, jump = 0): { video: number[]; audio: number[] } {
    const timeline = new Timeline();
    const out: { video: number[]; audio: number[] } = { video: [], audio: [] };
    timeline.join(video(0));
    for (let ms = 0; ms < 10_000; ms += 20) {
      const at = ms >= 5000 ? ms + jump : ms;
      if (ms % 40 === 0) out.video.push(timeline.place(video(at))!.dtsMs);
      const placed = timeline.place(audio(at + audioLater));
      if (placed) out.audio.push(placed.dtsMs);
    }
    return out;
  }
  const steps = (times: number[]): number[] => times.slice(1).map((time, i) => time - times[i]!);

  it.each([0, 5000, -5000])('keeps sound that is %d ms from the picture there, at one speed', (later) => {
    const placed = play(later);
    expect(new Set(steps(placed.video))).toEqual(new Set([40]));
    expect(new Set(steps(placed.audio))).toEqual(new Set([20]));
    expect(placed.audio.at(-1)! - placed.video.at(-1)!).toBe(later + 20);
  });

  it.each([-1500, -400, 1900 + 100_000, -100_000])(
    'a clock that jumps by %d ms goes on where it was, in both tracks, however far they are apart',
    (jump) => {
      for (const later of [0, 3000]) {
        const placed = play(later, jump);
        for (const [track, step] of [
          ['video', 40],
          ['audio', 20],
        ] as const) {
          const all = steps(placed[track]);
          expect(all.filter((one) => one !== step)).toHaveLength(1);
          expect(Math.max(...all)).toBeLessThanOrEqual(step + JOIN_GAP_MS);
          expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
        }
        expect(placed.audio.at(-1)! - placed.video.at(-1)!).toBe(later + 20);
      }
    },
  );

  it('puts tracks side by side whose clocks have nothing to do with each other', () => {
    for (const later of [3_600_000, -3_600_000]) {
      const placed = play(later);
      expect(new Set(steps(placed.audio))).toEqual(new Set([20]));
      expect(Math.abs(placed.audio.at(-1)! - placed.video.at(-1)!)).toBeLessThan(50);
    }
  });

  it('lets a camera that was off come back where its sound is', () => {
    const timeline = new Timeline();
    timeline.join(video(0));
    timeline.place(video(0));
    for (let ms = 0; ms <= 8000; ms += 20) timeline.place(audio(ms));
    expect(timeline.place(video(8010, 8010, true))!.dtsMs - timeline.place(audio(8020))!.dtsMs).toBe(-10);
  });

  it.each([0, 1, 2])(
    'keeps pictures in order when the clock jumps among B-frames, %d behind a P-frame',
    (behind) => {
      // I P b b P b b …
      const picture = (i: number, jump: number) => video(i * 40 + jump, naturalPts(i) + jump, i === 0);
      const timeline = new Timeline();
      timeline.join(picture(0, 0));
      const placed = Array.from({ length: 60 }, (_, i) => {
        return timeline.place(picture(i, i < 31 + behind ? 0 : -1500)) as VideoUnit;
      });
      const shown = [...placed].sort((a, b) => a.ptsMs - b.ptsMs);
      const order = (units: VideoUnit[]): number[] => units.map((unit) => placed.indexOf(unit));
      const expected = [...placed].sort(
        (a, b) => naturalPts(placed.indexOf(a)) - naturalPts(placed.indexOf(b)),
      );
      expect(order(shown)).toEqual(order(expected));
    },
  );
  const naturalPts = (i: number): number => i * 40 + (i === 0 ? 40 : i % 3 === 1 ? 120 : 0);

  it('takes a long reordering delay for no jump, at the beginning and after catching up', () => {
    for (const begin of ['join', 'catchUp'] as const) {
      const timeline = new Timeline();
      if (begin === 'join') timeline.join(video(0, 1000));
      else timeline.catchUp([video(-80, 920, true), video(-40, 960)]);
      const placed = [0, 40, 80, 1200, 1240].map((ms) => timeline.place(video(ms, ms + 1000)) as VideoUnit);
      expect(placed.map(({ ptsMs }) => ptsMs - placed[0]!.ptsMs)).toEqual([0, 40, 80, 1200, 1240]);
    }
  });

  it('does not run away under timestamps that are really PTS', () => {
    const timeline = new Timeline();
    timeline.join(video(0));
    const order = [0, 160, 80, 40, 120];
    for (let gop = 0; gop < 50; gop++) for (const ms of order) timeline.place(video(gop * 200 + ms));
    expect(timeline.place(video(10_000))!.dtsMs).toBeLessThan(10_200);
  });

  it('catches up with a GOP: pictures in order and close together, the next frame where it belongs', () => {
    const timeline = new Timeline();
    timeline.join(video(0));
    const last = timeline.place(video(0)) as VideoUnit;
    const gop = [
      video(1000, 1040, true),
      video(1040, 1160),
      audio(1050),
      video(1080, 1080),
      video(1120, 1120),
    ];
    const placed = timeline.catchUp(gop) as VideoUnit[];
    expect(placed).toHaveLength(4);
    const byPts = [...placed].sort((a, b) => a.ptsMs - b.ptsMs);
    expect(byPts.map((frame) => placed.indexOf(frame))).toEqual([0, 2, 3, 1]);
    placed.forEach(({ dtsMs, ptsMs }, i) => {
      expect(dtsMs).toBeGreaterThan(placed[i - 1]?.dtsMs ?? last.dtsMs);
      expect(ptsMs).toBeGreaterThanOrEqual(dtsMs);
    });
    // 1120 is shown last of the three; 1160 comes its natural 40 ms after the live edge.
    expect(placed[1]!.ptsMs - placed[3]!.ptsMs).toBeGreaterThanOrEqual(0);
    expect(placed[3]!.ptsMs - last.ptsMs).toBeLessThan(JOIN_GAP_MS + 10);
    const next = timeline.place(video(1160, 1280)) as VideoUnit;
    expect(next.ptsMs - placed[1]!.ptsMs).toBe(120);
  });
});
