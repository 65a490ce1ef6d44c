import { plateStyle } from '../../../shared/name-plate';
import { Canvas } from './canvas';
import { fontFamilies } from './fonts';
import { layNamePlate, NamePlates } from './name-plate';

const TILE = { userId: 'a', x: 0, y: 0, width: 640, height: 360, z: 0, fit: 'crop' as const };
const STYLE = plateStyle(TILE)!;
const plateOf = (name: string) => new NamePlates().of({ ...TILE, name })!;
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

describe('layNamePlate', () => {
  it('darkens, writes in white and takes the colour away, inside its rectangle only', () => {
    const canvas = new Canvas(640, 360, 'bt709');
    canvas.fill(TILE, [120, 200, 60]);
    const plate = plateOf('Anna');
    layNamePlate(canvas, plate, { x: 20, y: 40 });
    const [luma, cb] = canvas.planes;
    const at = (x: number, y: number) => luma![y * canvas.strides[0]! + x]!;
    expect(at(19, 50)).toBe(120);
    expect(at(20 + plate.width, 50)).toBe(120);
    expect(at(60, 39)).toBe(120);
    expect(at(60, 40 + plate.height)).toBe(120);
    expect(at(20 + (plate.width >> 1), 43)).toBe(Math.floor(120 * 0.45 + 16 * 0.55 + 0.5));
    const rows = luma!.subarray(40 * canvas.strides[0]!, (40 + plate.height) * canvas.strides[0]!);
    expect(Math.max(...rows)).toBeGreaterThan(220);
    expect(cb![22 * canvas.strides[1]! + 30]!).toBeLessThan(180);
    expect(cb![10 * canvas.strides[1]! + 30]!).toBe(200);
    canvas.close();
  });
});

describe('NamePlates', () => {
  it('draws a plate once for a name and a size', () => {
    const plates = new NamePlates();
    const first = plates.of({ ...TILE, name: 'Anna' });
    expect(plates.of({ ...TILE, x: 100, name: 'Anna' })).toBe(first);
    expect(plates.of({ ...TILE, name: 'Bob' })).not.toBe(first);
    expect(plates.of({ ...TILE, width: 400, name: 'Anna' })).not.toBe(first);
  });
  it('has none for tiles without a name or room', () => {
    const plates = new NamePlates();
    expect(plates.of(TILE)).toBeNull();
    expect(plates.of({ ...TILE, width: 40, name: 'Anna' })).toBeNull();
  });
});
