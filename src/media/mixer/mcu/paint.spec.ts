import { paintAvatar, parseColour } from './paint';

describe('parseColour', () => {
  it.each([
    ['#000000', [16, 128, 128]],
    ['#ffffff', [235, 128, 128]],
    ['#ff0000', [63, 102, 240]],
    ['nonsense', [16, 128, 128]],
  ])('%s', (hex, expected) => expect(parseColour(hex, 'bt709')).toEqual(expected));

  it('has other numbers in BT.601', () => {
    expect(parseColour('#ff0000', 'bt601')).toEqual([81, 90, 240]);
    expect(parseColour('#808080', 'bt601')).toEqual(parseColour('#808080', 'bt709'));
  });
});

describe('paintAvatar', () => {
  it('fills the tile, with a lighter figure in its middle, and nothing beside it', () => {
    const planes = [Buffer.alloc(64 * 48), Buffer.alloc(32 * 24), Buffer.alloc(32 * 24)];
    paintAvatar(planes, [64, 32, 32], { x: 16, y: 8, width: 40, height: 32 }, 'bt709');
    const luma = (x: number, y: number) => planes[0]![y * 64 + x]!;
    expect(luma(15, 20)).toBe(0);
    expect(luma(56, 20)).toBe(0);
    expect(luma(20, 7)).toBe(0);
    expect(luma(20, 40)).toBe(0);
    const tile = luma(17, 9);
    expect(tile).toBeGreaterThan(16);
    expect(luma(55, 39)).toBe(tile);
    expect(luma(36, 20)).toBeGreaterThan(tile + 20);
    expect(luma(36, 30)).toBeGreaterThan(tile + 20);
  });
});
