import { PaddingFilter } from './padding-filter';

describe('PaddingFilter', () => {
  it('closes the gaps that padding in order leaves', () => {
    const filter = new PaddingFilter();
    const numbers = [10, 11, 12, 13, 14].map((n) => filter.renumber(n, n === 11 || n === 13));
    expect(numbers).toEqual([10, null, 11, null, 12]);
  });

  it('gives a late packet the number that was left for it', () => {
    const filter = new PaddingFilter();
    filter.renumber(10, false);
    filter.renumber(12, false);
    filter.renumber(13, true);
    filter.renumber(14, false);
    expect(filter.renumber(11, false)).toBe(11);
    expect(filter.renumber(15, false)).toBe(14);
  });

  it('keeps late padding, whose number later packets counted on', () => {
    const filter = new PaddingFilter();
    filter.renumber(10, false);
    filter.renumber(12, false);
    expect(filter.renumber(11, true)).toBe(11);
    expect(filter.renumber(13, false)).toBe(13);
  });
});
