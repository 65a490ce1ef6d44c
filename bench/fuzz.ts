/** `npm run fuzz -- N [SEED]`: N inputs that are almost right, to all that reads what strangers send; one JSON line. */
import { fuzz } from '../test/support/fuzz/fuzz';

const INPUTS = 1_000_000;

async function main(): Promise<void> {
  const [count, given] = process.argv.slice(2).map(Number);
  const seed = given ?? Date.now() % 2 ** 31;
  const { inputs, crashes, rssGrowthMb } = await fuzz(count ?? INPUTS, seed);
  for (const crash of crashes) console.error(crash);
  console.log(JSON.stringify({ fuzz: seed, inputs, crashes: crashes.length, rssGrowthMb }));
  process.exitCode = crashes.length === 0 ? 0 : 1;
}

main().then(
  // Sockets of strangers may still be closing.
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
