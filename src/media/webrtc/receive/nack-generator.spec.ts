import { NackGenerator } from './nack-generator';

describe('NackGenerator', () => {
  it('asks for what is missing, again after 60 ms, and not for what came late', () => {
    const nacks = new NackGenerator();
    [65_533, 65_534, 65_537, 65_539].forEach((sequence) => nacks.received(sequence, 0));
    expect(nacks.due(0).sequenceNumbers).toEqual([65_535, 0, 2]);
    expect(nacks.due(40).sequenceNumbers).toEqual([]);
    nacks.received(65_536, 0);
    expect(nacks.due(60).sequenceNumbers).toEqual([65_535, 2]);
    nacks.received(65_535, 0);
    nacks.received(65_538, 0);
    expect(nacks.waiting).toBe(false);
  });

  it('gives a packet up after eight tries', () => {
    const nacks = new NackGenerator();
    nacks.received(1, 0);
    nacks.received(3, 0);
    for (let round = 0; round < 8; round++) {
      expect(nacks.due(round * 60)).toEqual({ sequenceNumbers: [2], gaveUp: 0 });
    }
    expect(nacks.due(480)).toEqual({ sequenceNumbers: [], gaveUp: 1 });
    expect(nacks.waiting).toBe(false);
  });

  it('does not chase a gap that is too large', () => {
    const nacks = new NackGenerator();
    expect(nacks.received(1, 0)).toBe(true);
    expect(nacks.received(1000, 0)).toBe(false);
    expect(nacks.waiting).toBe(false);
  });
});
