import { buildAudioSpecificConfig } from '../../codec/audio/aac';
import type { MediaFrame } from '../../stream';
import { PartBuilder, type BuiltPart } from './part-builder';
import { tracksOf } from './tracks';

/** A decoder configuration that x264 made. */
const AVC = Buffer.from(
  '0164001fffe1001a6764001facd9405005bb011000000300100000030320f183196001000668ebe3cb22c0',
  'hex',
);
/** A frame of 1024 samples lasts 32 ms. */
const RATE = 32_000;
const data = Buffer.from('frame');
const audio = (dtsMs: number): MediaFrame => ({ kind: 'audio', dtsMs, data });
const video = (dtsMs: number, keyframe = false) =>
  ({ kind: 'video', dtsMs, ptsMs: dtsMs, keyframe, data }) as const;

/** Beginning and durations of each run of a part, ms: pictures first. */
function runsOf(part: BuiltPart | null): { startMs: number; durations: number[] }[] {
  const bytes = part?.bytes ?? Buffer.alloc(0);
  const runs = [];
  for (let at = bytes.indexOf('tfdt'); at >= 0; at = bytes.indexOf('tfdt', at + 1)) {
    const perMs = bytes.readUInt32BE(bytes.lastIndexOf('tfhd', at) + 8) === 1 ? 90 : RATE / 1000;
    const trun = bytes.indexOf('trun', at);
    const durations = Array.from(
      { length: bytes.readUInt32BE(trun + 8) },
      (_, i) => bytes.readUInt32BE(trun + 16 + i * 16) / perMs,
    );
    runs.push({ startMs: Number(bytes.readBigUInt64BE(at + 8)) / perMs, durations });
  }
  return runs;
}

function builderOf(...frames: MediaFrame[]): PartBuilder {
  const stream = { video: AVC, audio: buildAudioSpecificConfig(RATE, 2) };
  const builder = new PartBuilder(tracksOf(stream)!);
  for (const frame of frames) builder.add(frame);
  return builder;
}

describe('PartBuilder', () => {
  it('leaves no hole between parts: the last frame waits where its end is not known', () => {
    const builder = builderOf(video(0, true), audio(0), video(40), audio(32));
    const first = builder.take(1, 100);
    expect(runsOf(first)).toEqual([
      { startMs: 0, durations: [40, 60] },
      { startMs: 0, durations: [32] },
    ]);
    for (const frame of [video(100), audio(320), video(140)]) builder.add(frame);
    const second = builder.take(2, null);
    expect(runsOf(second)).toEqual([
      { startMs: 100, durations: [40] },
      { startMs: 32, durations: [288] },
    ]);
    expect([first!.independent, second!.independent]).toEqual([true, false]);
  });

  it('begins both tracks together and ends them together', () => {
    const builder = builderOf(video(100, true), audio(130), video(140));
    expect(runsOf(builder.takeAll(1, 300))).toEqual([
      { startMs: 100, durations: [40, 160] },
      { startMs: 100, durations: [200] },
    ]);
  });

  it('shows a picture to the end that is given, and holds no frame longer than can be written', () => {
    const builder = builderOf(video(0, true), audio(0), audio(32));
    expect(runsOf(builder.take(1, 20_000))).toEqual([
      { startMs: 0, durations: [20_000] },
      { startMs: 0, durations: [32] },
    ]);
    const day = 86_400_000;
    builder.add(video(20_000, true));
    builder.add(audio(40 * day));
    const [held, silence] = runsOf(builder.take(2, 3 * day));
    expect(held!.durations).toEqual([0xffffffff / 90]);
    expect(silence!.durations).toEqual([0xffffffff / 32]);
    // What a picture was held for says nothing of the next one.
    builder.add(video(3 * day, true));
    expect(runsOf(builder.takeAll(3, 3 * day))[0]!.durations[0]).toBeLessThanOrEqual(1000);
  });

  it('makes nothing of nothing', () => {
    expect(builderOf().take(1, null)).toBeNull();
    expect(builderOf(video(0, true)).take(1, null)).toBeNull();
  });
});
