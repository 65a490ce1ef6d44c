import type { MixRelief } from '../../contracts';
import { OverloadGovernor, reliefFor, relieved } from './overload';

const ALL: MixRelief[] = ['preset', 'frame-rate', 'inputs'];
let governor: OverloadGovernor;
beforeEach(() => (governor = new OverloadGovernor(ALL)));

/** So many looks; how often something changed. */
function look(times: number, busy: number, dropped = 0): number {
  return Array.from({ length: times }, () => governor.look({ busy, dropped })).filter(Boolean).length;
}

describe('OverloadGovernor', () => {
  it('takes one step after another while a mix is too busy, and no more than there are', () => {
    expect(look(1, 0.95)).toBe(0);
    expect(look(1, 0.95)).toBe(1);
    expect(governor.taken).toEqual(['preset']);
    expect(look(3, 0.95)).toBe(0);
    expect(look(1, 0.95)).toBe(1);
    expect(governor.taken).toEqual(['preset', 'frame-rate']);
    look(60, 0.95);
    expect(governor.taken).toEqual(ALL);
  });

  it('takes pictures that are left out for an overload, however idle the mix seems', () => {
    look(2, 0.3, 1);
    expect(governor.taken).toEqual(['preset']);
  });

  it('isn’t alarmed by a single pause', () => {
    look(5, 0.5);
    look(1, 1, 90);
    look(5, 0.5);
    expect(governor.taken).toEqual([]);
  });

  it('gives back what was taken, the last first, once there is room', () => {
    look(6, 0.95);
    expect(governor.taken).toEqual(['preset', 'frame-rate']);
    look(2 + 9, 0.4);
    expect(governor.taken).toEqual(['preset', 'frame-rate']);
    look(1, 0.4);
    expect(governor.taken).toEqual(['preset']);
    look(2 + 10, 0.6);
    expect(governor.taken).toEqual([]);
  });

  it('wants more room before it doubles the pictures than before it asks for better ones', () => {
    look(6, 0.95);
    look(60, 0.6);
    expect(governor.taken).toEqual(['preset', 'frame-rate']);
  });

  it('waits longer each time that a step was needed again at once, and forgets that after a calm while', () => {
    look(2, 0.95);
    look(2 + 10, 0.5);
    expect(governor.taken).toEqual([]);
    look(2 + 2, 0.95);
    look(2 + 19, 0.5);
    expect(governor.taken).toEqual(['preset']);
    look(1, 0.5);
    expect(governor.taken).toEqual([]);
    look(60, 0.5);
    look(2, 0.95);
    look(2 + 10, 0.5);
    expect(governor.taken).toEqual([]);
  });

  it('keeps the steps that still help with another output', () => {
    look(6, 0.95);
    governor.setSteps(['frame-rate', 'inputs']);
    expect(governor.taken).toEqual(['frame-rate']);
    governor.setSteps(ALL);
    expect(governor.taken).toEqual(['preset']);
  });
});

it('a faster preset is a step only for slower ones', () => {
  expect(reliefFor({})).toEqual(ALL);
  expect(reliefFor({ preset: 'fast' })).toEqual(ALL);
  expect(reliefFor({ preset: 'superfast' })).toEqual(['frame-rate', 'inputs']);
  expect(reliefFor({}, 'nvenc')).toEqual(['frame-rate', 'inputs']);
  const output = { width: 640, height: 360, fps: 25, gop: 50, videoBitrate: 1e6, audioBitrate: 64_000 };
  expect(relieved(output, ['preset', 'frame-rate'])).toEqual({ ...output, preset: 'superfast' });
  expect(relieved(output, ['frame-rate'])).toBe(output);
});
