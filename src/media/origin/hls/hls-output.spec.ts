import { buildAudioSpecificConfig } from '../../codec/audio/aac';
import { Stream } from '../../stream';
import { HlsOutput } from './hls-output';

/** A decoder configuration that x264 made. */
const AVC = Buffer.from(
  '0164001fffe1001a6764001facd9405005bb011000000300100000030320f183196001000668ebe3cb22c0',
  'hex',
);

let stream: Stream;
let output: HlsOutput;
let clockMs: number;

beforeEach(() => {
  jest.useFakeTimers();
  clockMs = 0;
  stream = new Stream();
  output = new HlsOutput(stream);
  stream.write({ kind: 'audio-config', dtsMs: 0, config: buildAudioSpecificConfig(48000, 2) });
});
afterEach(() => {
  output.close();
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

/** So much sound, in its own time. */
function play(ms: number): void {
  for (const end = clockMs + ms; clockMs < end; clockMs += 20) {
    stream.write({ kind: 'audio', dtsMs: clockMs, data: Buffer.from('sound') });
    jest.advanceTimersByTime(20);
  }
}

/** What is in the playlist now: first and last segment, their number of parts, the end. */
function playlist() {
  const text = output.ask()!.playlist().toString();
  const first = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)![1]);
  return {
    first,
    next: first + (text.match(/#EXTINF/g)?.length ?? 0),
    discontinuities: Number(/DISCONTINUITY-SEQUENCE:(\d+)/.exec(text)![1]),
    ended: text.includes('#EXT-X-ENDLIST'),
    hint: /PRELOAD-HINT:TYPE=PART,URI="(.*)"/.exec(text)?.[1],
  };
}

describe('HlsOutput', () => {
  it('packs only while somebody asks, and numbers go on', () => {
    play(3000);
    output.ask();
    play(4000);
    const before = playlist();
    play(10_000); // nobody asks for longer than a viewer may be silent
    expect(jest.getTimerCount()).toBe(0);
    output.ask();
    play(2500);
    const after = playlist();
    expect(after.first).toBeGreaterThanOrEqual(before.next);
    expect(after.discontinuities).toBe(before.discontinuities);
    expect(output.ask()!.playlist().toString()).toContain('#EXT-X-DISCONTINUITY\n');
  });

  it('counts sessions while they ask', () => {
    output.ask();
    play(2000);
    output.touch('one');
    output.touch('two');
    expect(output.viewers).toBe(2);
    play(5000);
    output.touch('two');
    play(2000);
    expect([output.viewers, output.knows('one')]).toEqual([1, false]);
  });

  it('answers those who wait: with the position, at the time-out, at the end', async () => {
    const presentation = output.ask()!;
    play(2000);
    const answered: string[] = [];
    const { next } = playlist();
    const wait = (name: string, promise: Promise<void>) => void promise.then(() => answered.push(name));
    wait('part', presentation.waitForPosition({ sequence: next, part: 1 }));
    wait('hint', presentation.waitForFile(playlist().hint!));
    wait('other file', presentation.waitForFile('p0.mp4'));
    play(700);
    await Promise.resolve();
    expect(answered.sort()).toEqual(['hint', 'other file', 'part']);
    wait('late', presentation.waitForPosition({ sequence: next + 1 }));
    await jest.advanceTimersByTimeAsync(1100);
    expect(answered).not.toContain('late');
    await jest.advanceTimersByTimeAsync(200);
    expect(answered).toContain('late');
    wait('end', presentation.waitForPosition({ sequence: next + 1 }));
    output.end(() => answered.push('gone'));
    await Promise.resolve();
    await Promise.resolve();
    expect([playlist().ended, answered.includes('end'), answered.includes('gone')]).toEqual([
      true,
      true,
      false,
    ]);
    // The rest can be fetched for a while, even though viewers go on asking.
    for (let s = 0; s < 10; s++) {
      jest.advanceTimersByTime(1000);
      output.touch('one');
      output.ask();
    }
    expect(answered).toContain('gone');
    expect(output.ask()).toBeNull();
  });

  it('announces no longer a segment than it makes, and forgets its viewers soon', () => {
    const data = Buffer.from('0000000165', 'hex');
    stream.write({ kind: 'video-config', dtsMs: 0, config: AVC });
    for (let ms = 0; ms < 130_000; ms += 1000)
      stream.write({ kind: 'video', dtsMs: ms, ptsMs: ms, keyframe: ms % 60_000 === 0, data });
    const presentation = output.ask()!;
    expect(presentation.playlist().toString()).toContain('#EXT-X-TARGETDURATION:20\n');
    expect(presentation.edgeMs).toBe(60_000);
    jest.advanceTimersByTime(62_000);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is gone at once where nobody has asked', () => {
    let gone = false;
    output.end(() => (gone = true));
    expect([gone, output.ask()]).toEqual([true, null]);
  });

  it('refuses positions that no waiting brings', () => {
    const presentation = output.ask()!;
    play(3000);
    const { next } = playlist();
    const unreachable = (sequence: number, part?: number) => presentation.isUnreachable({ sequence, part });
    expect([
      unreachable(next),
      unreachable(next, 3),
      unreachable(next + 1, 0),
      unreachable(next - 1),
    ]).toEqual([false, false, false, false]);
    expect([unreachable(next + 3), unreachable(next, 100), unreachable(1e12)]).toEqual([true, true, true]);
  });
});
