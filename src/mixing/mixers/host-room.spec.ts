import { HostRoom } from './host-room';
import { modelledCores } from './mix-cost';

/** Of this size a mix would cost half a core, more or less. */
const HALF = {
  output: { width: 1280, height: 720, fps: 25 },
  seats: Array.from({ length: 3 }),
  cores: null,
};
const cost = modelledCores(HALF);

describe('the room of a mixer host', () => {
  it('is for what fits, and for the next one when something has ended', () => {
    const room = new HostRoom({ cores: 2.5 * cost, slots: 16 });
    expect(room.take('a', HALF)).toBe(true);
    expect(room.take('b', HALF)).toBe(true);
    expect(room.take('c', HALF)).toBe(false);
    // Which it has already.
    expect(room.take('a', HALF)).toBe(true);
    room.free('c');
    room.free('a');
    expect(room.take('c', HALF)).toBe(true);
    expect(room.used).toBeCloseTo(2 * cost);
  });

  it('is never for more mixes than it has slots', () => {
    const room = new HostRoom({ cores: 100, slots: 1 });
    expect(room.take('a', HALF)).toBe(true);
    expect(room.take('b', HALF)).toBe(false);
  });

  it('is for one mix of any size, while there is no other', () => {
    const room = new HostRoom({ cores: 0.1, slots: 16 });
    expect(room.take('large', { ...HALF, cores: 8 })).toBe(true);
    expect(room.take('b', { ...HALF, cores: 0.01 })).toBe(false);
  });

  it('follows what mixes cost in truth, up and down', () => {
    const room = new HostRoom({ cores: 3 * cost, slots: 16 });
    room.take('a', HALF);
    room.measured('a', 2.5 * cost);
    // It goes on, and nothing comes beside it.
    expect(room.used).toBeCloseTo(2.5 * cost);
    expect(room.take('b', HALF)).toBe(false);
    room.measured('a', 0.5 * cost);
    expect(room.factor).toBeCloseTo(0.5);
    for (const id of ['b', 'c', 'd', 'e', 'f']) expect(room.take(id, HALF)).toBe(true);
    expect(room.take('g', HALF)).toBe(false);
  });

  it('expects more of a mix that is to show more, until it is measured', () => {
    const room = new HostRoom({ cores: 100, slots: 16 });
    room.take('a', HALF);
    room.resize('a', { ...HALF, seats: Array.from({ length: 9 }) });
    expect(room.used).toBeGreaterThan(cost);
    room.measured('a', 0.3);
    room.resize('a', HALF);
    expect(room.used).toBe(0.3);
  });

  it('goes by what another host has measured', () => {
    const room = new HostRoom({ cores: 1, slots: 16 });
    room.take('a', { ...HALF, cores: 0.6 });
    expect(room.fits({ ...HALF, cores: 0.5 })).toBe(false);
    expect(room.fits({ ...HALF, cores: 0.4 })).toBe(true);
  });
});
