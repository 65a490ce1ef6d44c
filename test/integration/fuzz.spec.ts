import { fuzzControl } from '../support/fuzz/control-fuzz';
import { TestApi } from '../support/app/test-api';

/** More of them: `npm run fuzz -- N`; the same again: FUZZ_SEED. */
const INPUTS = 4000;
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

jest.setTimeout(120_000);

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start({ config: { RATE_LIMIT_PER_MINUTE: 0, RATE_LIMIT_ADDRESS_PER_MINUTE: 0 } });
}, 60_000);
afterAll(() => api.stop());

it('nothing that apps and media nodes send fails inside control, where people talk meanwhile', async () => {
  const { inputs, crashes } = await fuzzControl(api, INPUTS, seed);
  expect({ seed, crashes }).toEqual({ seed, crashes: [] });
  expect(inputs).toBeGreaterThanOrEqual(INPUTS);
});
