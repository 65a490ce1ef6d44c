import { isUpright, keyOf, sizesFor, turned } from './output-sizes';

const odd = { width: 720, height: 1280, videoBitrate: 999_000 };

it('offers what the mix has now, and is as upright as it', () => {
  const sizes = sizesFor(odd);
  expect(keyOf(sizes[0]!)).toBe('720x1280 999000');
  expect(sizes.every(isUpright)).toBe(true);
  const usual = turned({ ...odd, videoBitrate: 1_500_000 });
  expect(sizesFor(usual).map(keyOf)).toHaveLength(5);
  expect(sizesFor(usual).map(keyOf)).toContain('1280x720 1500000');
});
