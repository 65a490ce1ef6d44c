import { SlotTable } from './slot-table';

describe('SlotTable', () => {
  it('serves who comes first and moves nobody', () => {
    const table = new SlotTable();
    table.grow(2);
    expect(table.update(['a'])).toEqual(['a', null]);
    expect(table.update(['a', 'b', 'c'])).toEqual(['a', 'b']);
    expect(table.update(['b', 'c'])).toEqual(['c', 'b']);
    expect(table.update([])).toEqual([null, null]);
  });

  it('grows for those who wait, without moving anybody', () => {
    const table = new SlotTable();
    table.grow(1);
    table.update(['a', 'b', 'c']);
    expect([table.has('a'), table.has('b')]).toEqual([true, false]);
    table.grow(2);
    expect(table.update(['a', 'b', 'c'])).toEqual(['a', 'b', 'c']);
    expect(table.update(['c', 'd'])).toEqual(['d', null, 'c']);
  });
});
