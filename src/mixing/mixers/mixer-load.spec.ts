import { type LoadingMix, type MixerHost, refusalOf, withUse } from './mixer-load';

const size = { output: { width: 1280, height: 720, fps: 25 }, seats: [] };
const host = (presence: number, cores: number, slots = 16): MixerHost => ({
  ...{ presence, cores, slots },
  factor: 1,
});
const mix = (worker: number | null, cores: number, more: Partial<LoadingMix> = {}): LoadingMix => ({
  ...{ ...size, worker, cores, ownerId: 'bob', reasonType: 'co-host' },
  ...more,
});
const wanted = (cores: number, ownerId = 'ann') => ({ ...size, cores, ownerId });
const bypass = { reasonType: 'bypass' } as const;

describe('the load of the mixers', () => {
  it('is by host what those take that it has', () => {
    const mixes = [mix(1, 0.5), mix(1, 0.25), mix(2, 1), mix(null, 3)];
    expect(withUse({ hosts: [host(1, 2), host(2, 4), host(3, 1)], mixes })).toMatchObject([
      { presence: 1, used: 0.75, running: 2 },
      { presence: 2, used: 1, running: 1 },
      { presence: 3, used: 0, running: 0 },
    ]);
  });

  it('keeps nobody back where no host is known', () => {
    expect(refusalOf({ hosts: [], mixes: [mix(null, 99)] }, wanted(9), 0.5)).toBeNull();
  });

  it.each<[string, MixerHost[], LoadingMix[], number, string | null]>([
    ['a bypass begins where one host has room for it', [host(1, 1), host(2, 4)], [mix(2, 2)], 1.2, null],
    [
      'not where only all together have it',
      [host(1, 2), host(2, 2)],
      [mix(1, 1.2), mix(2, 1.2)],
      1.2,
      'mixers_busy',
    ],
    ['nor where those that wait will take it', [host(1, 4)], [mix(null, 2), mix(1, 1)], 1.5, 'mixers_busy'],
    ['nor where slots are gone', [host(1, 4, 2)], [mix(1, 0.1), mix(1, 0.1)], 0.1, 'mixers_busy'],
    ['a quarter is not for bypasses', [host(1, 4)], [mix(1, 2, bypass)], 1.2, 'mixers_busy'],
    ['and the rest is', [host(1, 4)], [mix(1, 2, bypass)], 0.9, null],
    ['nor is the last slot', [host(1, 4, 2)], [mix(1, 0.1, bypass)], 0.1, 'mixers_busy'],
    ['the first mix of all may be of any size', [host(1, 1)], [], 3, null],
  ])('%s', (_, hosts, mixes, cores, refusal) => {
    expect(refusalOf({ hosts, mixes }, wanted(cores), 0.5)).toBe(refusal);
  });

  it.each<[string, LoadingMix[], number, string | null]>([
    ['the first mix of an owner is within their share', [], 3, null],
    ['the next only within half of it all', [mix(1, 1, { ownerId: 'ann' })], 1, null],
    ['and no further', [mix(1, 1, { ownerId: 'ann' })], 1.1, 'mixer_share'],
    [
      'in slots as in cores',
      [mix(1, 0.1, { ownerId: 'ann' }), mix(1, 0.1, { ownerId: 'ann' })],
      0.1,
      'mixer_share',
    ],
    ['mixes that wait count', [mix(null, 1.5, { ownerId: 'ann' })], 0.6, 'mixer_share'],
    ['those of others do not', [mix(1, 1), mix(1, 1)], 0.6, null],
  ])('%s', (_, mixes, cores, refusal) => {
    expect(refusalOf({ hosts: [host(1, 4, 4)], mixes }, wanted(cores), 0.5)).toBe(refusal);
  });
});
