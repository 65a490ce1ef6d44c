import { SlotTable } from './slot-table';

describe('SlotTable', () => {
  it('serves who comes first and moves nobody', () => {
    const table = new SlotTable(2);
    expect(table.update(['a'])).toEqual(['a', null]);
    expect(table.update(['a', 'b', 'c'])).toEqual(['a', 'b']);
    expect(table.update(['b', 'c'])).toEqual(['c', 'b']);
    expect(table.update([])).toEqual([null, null]);
  });
});
