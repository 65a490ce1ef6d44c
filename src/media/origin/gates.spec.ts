import { Gates, OPEN_DOORS } from './gates';

const settings = {
  revision: 'x',
  relay: null,
  flvMarkers: true,
  playGeneration: 0,
  awaitsMix: false,
  doors: OPEN_DOORS,
};
const host = { channelId: 'c', role: 'host', epoch: 1 } as const;
const mix = { channelId: 'c', role: 'mix', epoch: 2 } as const;

describe('Gates', () => {
  it('keep revoked push keys out, of a host and of a mix on a device, and not the system’s own mix', () => {
    const gates = new Gates();
    expect(gates.mayPublish({ ...host, generation: 0 })).toBe(true);
    gates.set('c', { ...settings, doors: { ...OPEN_DOORS, pushGeneration: 1 } });
    expect([host, mix].map((grant) => gates.mayPublish({ ...grant, generation: 0 }))).toEqual([false, false]);
    expect([host, mix].map((grant) => gates.mayPublish({ ...grant, generation: 1 }))).toEqual([true, true]);
    expect([host, mix].map((grant) => gates.mayPublish(grant))).toEqual([false, true]);
    expect(gates.mayPublish({ ...host, channelId: 'other', generation: 0 })).toBe(true);
    gates.set('c', { ...settings, revision: 'older' });
    expect(gates.mayPublish({ ...host, generation: 0 })).toBe(false);
  });

  it('keep everybody out of a suspended channel, until it is resumed', () => {
    const gates = new Gates();
    gates.set('c', { ...settings, doors: { ...OPEN_DOORS, suspended: true } });
    expect([gates.mayPublish(mix), gates.mayPlay({ channelId: 'c' })]).toEqual([false, false]);
    gates.set('c', settings);
    expect([gates.mayPublish(mix), gates.mayPlay({ channelId: 'c' })]).toEqual([true, true]);
  });

  it('keep a viewer out who was put out, and let them in again', () => {
    const gates = new Gates();
    gates.set('c', { ...settings, doors: { ...OPEN_DOORS, putOut: ['gina'] } });
    const may = (viewer?: string) => gates.mayPlay({ channelId: 'c', viewer });
    expect([may('gina'), may('max'), may()]).toEqual([false, true, true]);
    gates.set('c', settings);
    expect(may('gina')).toBe(true);
  });

  it('keep those out whose visits are over, whatever older settings say, and nobody else', () => {
    const gates = new Gates();
    gates.set('c', { ...settings, doors: { ...OPEN_DOORS, visitGeneration: 2 } });
    const may = (visit?: number) => gates.mayPlay({ channelId: 'c', visit });
    expect([may(1), may(2), may()]).toEqual([false, true, true]);
    gates.set('c', settings);
    expect([may(1), may(2)]).toEqual([false, true]);
  });

  it('tell once a second whom they keep out by which settings', () => {
    let now = 0;
    const gates = new Gates(() => now);
    expect(gates.refused('c')).toBeNull();
    gates.set('c', { ...settings, doors: { ...OPEN_DOORS, suspended: true } });
    expect([gates.refused('c'), gates.refused('c')]).toEqual(['x', null]);
    now = 1000;
    expect(gates.refused('c')).toBe('x');
  });
});
