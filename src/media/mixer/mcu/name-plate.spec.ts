import { plateStyle } from '../../../shared/name-plate';
import { fontFamilies } from './fonts';
import { drawNamePlate } from './name-plate';

const TILE = { userId: 'a', x: 0, y: 0, width: 640, height: 360, z: 0, fit: 'crop' as const };
const STYLE = plateStyle(TILE)!;
const plateOf = (name: string) => drawNamePlate(name, STYLE, 'bt709');
/** How much of the plate is letters. */
const ink = (name: string) => {
  const { luma, alpha } = plateOf(name);
  return luma.filter((value, index) => value > 128 && alpha[index]! > 0.9).length;
};

describe('a plate', () => {
  it.each(['Anna', '小明', 'Привет', '龘', '🎤'])('%s has letters on a dark ground', (name) => {
    const { luma, alpha, width, height } = plateOf(name);
    expect(ink(name)).toBeGreaterThan(5);
    const ground = 3 * width + (width >> 1);
    expect(height).toBe(STYLE.height);
    expect(alpha[ground]).toBeCloseTo(0.55, 1);
    expect(luma[ground]! / alpha[ground]!).toBeCloseTo(16, 0);
  });

  it('shows every script, not one box for all', () => {
    expect(new Set(['一', '龘', '🎤', 'A'].map(ink)).size).toBe(4);
  });

  it('is as wide as the name, and never wider than its tile', () => {
    const widths = ['A', 'Anna', 'Anna-Sophia of Hohenstein', '连麦'.repeat(40)].map(
      (name) => plateOf(name).width,
    );
    expect(widths).toEqual([...widths].sort((a, b) => a - b));
    expect(widths[3]).toBeLessThanOrEqual(TILE.width - 2 * STYLE.margin);
    expect(widths.every((width) => width % 2 === 0)).toBe(true);
  });
});

describe('fontFamilies', () => {
  it('names only the slices that a text needs', () => {
    expect(fontFamilies('Anna')).toContain('"noto-sans-sc-latin"');
    expect(fontFamilies('Anna').split(',').length).toBeLessThan(5);
    expect(fontFamilies('')).toBe('sans-serif');
  });
});
