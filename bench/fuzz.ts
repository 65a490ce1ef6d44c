/**
 * `npm run fuzz -- N [SEED]`: N inputs that are almost right, to all that reads what strangers send, to the doors of a
 * running media node and to those of control; one JSON line.
 */
import { TestApi } from '../test/support/app/test-api';
import { startTestServer } from '../test/support/database/test-server';
import { fuzzControl } from '../test/support/fuzz/control-fuzz';
import { fuzz, type FuzzResult } from '../test/support/fuzz/fuzz';
import { setLogLevel } from '../src/platform/common/telemetry/logger';

const INPUTS = 1_000_000;
/** Of all inputs, the share that goes to control: each takes a connection and the database. */
const AT_CONTROL = 0.02;

async function main(): Promise<void> {
  const [count = INPUTS, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number);
  setLogLevel('silent');
  const parts = [
    await fuzz(count * (1 - AT_CONTROL), seed),
    await withApi((api) => fuzzControl(api, count * AT_CONTROL, seed)),
  ];
  const crashes = parts.flatMap((part) => part.crashes);
  for (const crash of crashes) console.error(crash);
  const sum = (key: 'inputs' | 'rssGrowthMb') => parts.reduce((all, part) => all + part[key], 0);
  console.log(
    JSON.stringify({
      ...{ fuzz: seed, inputs: sum('inputs') },
      ...{ crashes: crashes.length, rssGrowthMb: sum('rssGrowthMb') },
    }),
  );
  process.exitCode = crashes.length === 0 ? 0 : 1;
}

async function withApi(work: (api: TestApi) => Promise<FuzzResult>): Promise<FuzzResult> {
  const server = await startTestServer();
  try {
    const unlimited = { RATE_LIMIT_PER_MINUTE: 0, RATE_LIMIT_ADDRESS_PER_MINUTE: 0 };
    const api = await TestApi.start({ config: unlimited });
    try {
      return await work(api);
    } finally {
      await api.stop();
    }
  } finally {
    await server.stop();
  }
}

main().then(
  // Sockets of strangers may still be closing.
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
