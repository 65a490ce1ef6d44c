import { fuzz } from '../support/fuzz/fuzz';

/** More of them: `npm run fuzz -- N`; the same again: FUZZ_SEED. */
const INPUTS = 100_000;
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

jest.setTimeout(240_000);

it('nothing that strangers send crashes what reads it, or a node on which another channel plays', async () => {
  const { inputs, crashes } = await fuzz(INPUTS, seed);
  expect({ seed, crashes }).toEqual({ seed, crashes: [] });
  expect(inputs).toBeGreaterThanOrEqual(INPUTS);
});
