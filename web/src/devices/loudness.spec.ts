import { levelOf } from './loudness';

it('is the root mean square in decibels of full scale', () => {
  expect(levelOf(new Float32Array([0.1, -0.1, 0.1, -0.1]))).toBeCloseTo(-20);
  expect(levelOf(new Float32Array(4))).toBe(-100);
});
