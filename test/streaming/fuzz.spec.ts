import { fuzz } from '../support/fuzz/fuzz';

/** More of them: `npm run fuzz -- N`; the same again: FUZZ_SEED. */
const INPUTS = 100_000;
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
/** What jest and the allocator keep is part of it: an input that is kept would be more by far, MiB. */
const MAX_GROWTH_MB = 200;

jest.setTimeout(240_000);

it('nothing that strangers send crashes what reads it, or a node on which another channel plays and a call goes on', async () => {
  const { inputs, crashes, rssGrowthMb } = await fuzz(INPUTS, seed);
  expect({ seed, crashes }).toEqual({ seed, crashes: [] });
  expect(inputs).toBeGreaterThanOrEqual(INPUTS);
  expect(rssGrowthMb).toBeLessThan(MAX_GROWTH_MB);
});
