import { doorsOf, viewerName, withPutOut } from './put-out';

describe('viewers who are put out', () => {
  it('are named by channel, and not by their id', () => {
    expect(viewerName('c1', 'gina')).toMatch(/^[\w-]{12}$/);
    expect(viewerName('c1', 'gina')).toBe(viewerName('c1', 'gina'));
    expect(viewerName('c1', 'gina')).not.toBe(viewerName('c2', 'gina'));
    expect(viewerName('c1', 'gina')).not.toBe(viewerName('c1', 'max'));
  });

  it('are named once, until no token of theirs can be good any more', () => {
    const list = [
      { viewer: 'a', untilMs: 10 },
      { viewer: 'b', untilMs: 100 },
    ];
    expect(withPutOut(list, { viewer: 'b', untilMs: 200 }, 50)).toEqual([{ viewer: 'b', untilMs: 200 }]);
    const channel = { suspendedAt: null, pushGeneration: 2, putOut: list, visitGeneration: 0 };
    const doors = { suspended: false, pushGeneration: 2, putOut: ['b'] };
    expect(doorsOf(channel, 50)).toEqual(doors);
    expect(doorsOf({ ...channel, visitGeneration: 3 }, 50)).toEqual({ ...doors, visitGeneration: 3 });
  });

  it('are too many to name at some point', () => {
    const list = Array.from({ length: 500 }, (_, i) => ({ viewer: `v${i}`, untilMs: 100 }));
    expect(withPutOut(list, { viewer: 'x', untilMs: 100 }, 50)).toBeNull();
    expect(withPutOut(list, { viewer: 'v7', untilMs: 100 }, 50)).toHaveLength(500);
    expect(withPutOut(list, { viewer: 'x', untilMs: 300 }, 200)).toHaveLength(1);
  });
});
