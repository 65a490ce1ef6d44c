import { ExpiringSet } from './expiring-set';

describe('ExpiringSet', () => {
  it('has a value until its time, and takes it anew after that', () => {
    const set = new ExpiringSet(10);
    expect(set.add('a', 100, 0)).toBe(true);
    expect(set.add('a', 200, 99)).toBe(false);
    expect([set.has('a', 99), set.has('a', 100)]).toEqual([true, false]);
    expect(set.add('a', 300, 100)).toBe(true);
  });

  it('forgets what has expired first, then what expires first', () => {
    const set = new ExpiringSet(2);
    set.add('old', 10, 0);
    set.add('long', 1000, 0);
    set.add('short', 500, 20);
    expect([set.has('long', 20), set.has('short', 20)]).toEqual([true, true]);
    set.add('new', 800, 20);
    expect([set.has('long', 20), set.has('short', 20), set.has('new', 20)]).toEqual([true, false, true]);
  });
});
