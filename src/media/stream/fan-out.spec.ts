import { FanOut, type Packager, type Sink } from './fan-out';
import { KeyframeGate } from './keyframe-gate';
import { Stream } from './stream';
import type { MediaUnit } from './unit';

/** Packs units as words, so that what a reader got can be read. */
const words: Packager = {
  open: () => Buffer.from('open '),
  pack: (unit) => Buffer.from(`${unit.kind === 'video' && unit.keyframe ? 'KEY' : unit.kind}@${unit.dtsMs} `),
};

class FakeSink implements Sink {
  queuedBytes = 0;
  ended: 'close' | 'abort' | null = null;
  writes: string[] = [];
  get got(): string {
    return this.writes.join('').trim();
  }
  write(bytes: Buffer): void {
    this.writes.push(bytes.toString());
  }
  close(): void {
    this.ended = 'close';
  }
  abort(): void {
    this.ended = 'abort';
  }
}

const data = Buffer.from([0]);
const key = (dtsMs: number): MediaUnit => ({ kind: 'video', dtsMs, ptsMs: dtsMs, keyframe: true, data });
const frame = (dtsMs: number): MediaUnit => ({ kind: 'video', dtsMs, ptsMs: dtsMs, keyframe: false, data });
const config = (dtsMs: number): MediaUnit => ({ kind: 'video-config', dtsMs, config: data });

let stream: Stream;
let fanOut: FanOut;
let tooSlow: number;

beforeEach(() => {
  jest.useFakeTimers();
  stream = new Stream();
  tooSlow = 0;
  const options = { batchMs: 20, maxQueueBytes: 100, maxSkipMs: 5000 };
  fanOut = new FanOut(stream, words, options, () => (tooSlow += 1));
});
afterEach(() => {
  fanOut.close();
  jest.useRealTimers();
});

function write(...units: MediaUnit[]): void {
  for (const unit of units) stream.write(unit);
}
const flush = () => jest.advanceTimersByTime(20);

describe('FanOut', () => {
  it('begins with the current GOP, then follows in batches', () => {
    write(config(0), key(0), frame(40));
    const sink = new FakeSink();
    fanOut.add(sink);
    expect(sink.got).toBe('open video-config@0 KEY@0 video@40');
    write(frame(80), frame(120));
    expect(sink.writes).toHaveLength(1);
    flush();
    expect(sink.writes).toHaveLength(2);
    expect(sink.got).toMatch(/video@80 video@120$/);
  });

  it('waits for a keyframe when there is none, and gives nobody anything twice', () => {
    const early = new FakeSink();
    write(config(0));
    fanOut.add(early);
    write(frame(0), key(40), frame(80));
    const late = new FakeSink();
    fanOut.add(late);
    write(frame(120));
    flush();
    expect(early.got).toBe('open video-config@40 KEY@40 video@80 video@120');
    expect(late.got).toBe('open video-config@40 KEY@40 video@80 video@120');
  });

  it('lets a slow reader skip to a keyframe, with the configuration it missed', () => {
    write(config(0), key(0));
    const sink = new FakeSink();
    fanOut.add(sink);
    sink.queuedBytes = sink.got.length + 1 + 101;
    write(frame(40));
    flush();
    write({ kind: 'discontinuity', dtsMs: 60 }, config(70), key(80));
    flush();
    expect(sink.got).toBe('open video-config@0 KEY@0');
    sink.queuedBytes = 10;
    write(frame(120));
    flush();
    write(key(160), frame(200));
    flush();
    expect(sink.got).toBe('open video-config@0 KEY@0 discontinuity@150 video-config@160 KEY@160 video@200');
    expect(fanOut.dropped).toBeGreaterThan(0);
  });

  it('gives other configurations once, where sound alone went before them', () => {
    const audio = (dtsMs: number): MediaUnit => ({ kind: 'audio', dtsMs, data });
    write({ kind: 'audio-config', dtsMs: 0, config: data });
    const sink = new FakeSink();
    fanOut.add(sink);
    write(audio(0));
    flush();
    write(audio(20), { kind: 'discontinuity', dtsMs: 45 }, config(55), key(60));
    flush();
    expect(sink.got).toBe('open audio-config@0 audio@0 audio@20 discontinuity@45 video-config@55 KEY@60');
  });

  it('gives up a reader that never reads; the others go on', () => {
    write(config(0), key(0));
    const [slow, quick] = [new FakeSink(), new FakeSink()];
    fanOut.add(slow);
    fanOut.add(quick);
    slow.queuedBytes = 1000;
    for (let dtsMs = 40; dtsMs < 8000; dtsMs += 40) {
      write(dtsMs % 1000 === 0 ? key(dtsMs) : frame(dtsMs));
      jest.advanceTimersByTime(40);
    }
    expect([slow.ended, slow.writes.length, quick.ended, tooSlow, fanOut.size]).toEqual([
      'abort',
      1,
      null,
      1,
      1,
    ]);
  });

  it('ends readers cleanly, after what is pending', () => {
    write(config(0), key(0));
    const sink = new FakeSink();
    fanOut.add(sink);
    write(frame(40));
    fanOut.close();
    fanOut.close();
    expect(sink.got).toMatch(/video@40$/);
    expect(sink.ended).toBe('close');
  });
});

describe('Stream', () => {
  it('keeps no GOP above its limits', () => {
    for (const limits of [
      { maxBytes: 1 << 20, maxMs: 2 },
      { maxBytes: 900, maxMs: 1000 },
    ]) {
      const small = new Stream(limits);
      for (const unit of [config(0), key(0), frame(1), frame(2)]) small.write(unit);
      expect(small.burst()).toHaveLength(4);
      small.write(frame(3));
      expect(small.burst()).toEqual([]);
    }
  });
});

describe('KeyframeGate', () => {
  it('opens again at a start with half of the queue free', () => {
    const gate = new KeyframeGate({ maxQueueBytes: 100 });
    const answers = [
      gate.admit(100, false, 1), // fits
      gate.admit(101, false, 1), // full
      gate.admit(0, false, 1), // not decodable
      gate.admit(60, true, 1), // too full
      gate.admit(50, true, 1),
      gate.admit(60, false, 1),
    ];
    expect(answers).toEqual([true, false, false, false, true, true]);
    expect(gate.dropped).toBe(3);
    expect(gate.tooSlow).toBe(false);
  });

  it('waits for as long as a large keyframe takes, and for what a reader begins with', () => {
    const gate = new KeyframeGate({ maxQueueBytes: 100 });
    gate.begin(500);
    expect([gate.admit(600, false, 1), gate.admit(550, true, 10), gate.admit(600, false, 1)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([gate.admit(100, false, 1), gate.admit(101, false, 1)]).toEqual([true, false]);
    expect([gate.admit(0, true, 300), gate.admit(400, false, 50), gate.admit(401, false, 1)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
