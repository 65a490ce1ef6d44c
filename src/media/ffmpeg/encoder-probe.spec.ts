import { probeEncoder } from './encoder-probe';

describe('probeEncoder', () => {
  it('finds nothing wrong with x264', () => expect(probeEncoder('x264')).toBeNull());

  // Where there is such a card these pass too: then there is nothing wrong.
  it.each(['nvenc', 'vaapi'] as const)('tells what is wrong with %s, as often as it is asked', (kind) => {
    const answers = [probeEncoder(kind), probeEncoder(kind)];
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).not.toBe('');
    expect(probeEncoder('x264')).toBeNull();
  });
});
