import { Stream } from './stream';

const data = Buffer.from([0]);
let stream: Stream;

beforeEach(() => {
  stream = new Stream();
});

/** Pictures of 25 fps, a keyframe first and then every `gopMs`. */
function show(fromMs: number, toMs: number, gopMs: number): void {
  for (let ms = fromMs; ms < toMs; ms += 40)
    stream.write({ kind: 'video', dtsMs: ms, ptsMs: ms, keyframe: (ms - fromMs) % gopMs === 0, data });
}

function hear(fromMs: number, toMs: number): void {
  for (let ms = fromMs; ms < toMs; ms += 20) stream.write({ kind: 'audio', dtsMs: ms, data });
}

describe('Stream', () => {
  it('knows its longest GOP', () => {
    show(0, 1000, 1000);
    expect(stream.longestGopMs).toBe(0);
    show(1000, 3000, 2000);
    show(3000, 5000, 1000);
    expect(stream.longestGopMs).toBe(2000);
  });

  it('takes no pause of the picture for a GOP', () => {
    show(0, 2040, 1000);
    hear(2000, 602_000);
    show(602_000, 603_040, 1000);
    expect(stream.longestGopMs).toBe(1000);
  });
});
