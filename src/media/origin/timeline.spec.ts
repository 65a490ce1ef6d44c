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
