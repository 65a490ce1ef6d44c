import { Interleaver } from './interleaver';

describe('Interleaver', () => {
  let out: number[];
  const open = (maxWaiting: number) =>
    new Interleaver<{ dtsMs: number }>({ maxWaitMs: 250, maxWaiting }, ({ dtsMs }) => out.push(dtsMs));
  beforeEach(() => (out = []));

  it('lets video wait for the audio of its time, but not long', () => {
    const line = open(64);
    line.hold({ dtsMs: 40 }, 40);
    line.hold({ dtsMs: 80 }, 80);
    line.releaseUpTo(30);
    expect(out).toEqual([]);
    line.releaseUpTo(51);
    line.scan(330);
    expect(out).toEqual([40]);
    line.scan(331);
    expect(out).toEqual([40, 80]);
  });

  it('holds a few units only, and none that were cleared', () => {
    const line = open(2);
    for (const dtsMs of [10, 20, 30]) line.hold({ dtsMs }, dtsMs);
    expect(out).toEqual([10]);
    line.clear();
    line.releaseUpTo(100);
    expect(out).toEqual([10]);
  });
});
