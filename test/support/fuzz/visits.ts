import type { Door } from './doors/door';
import type { FuzzResult } from './fuzz';
import { MemoryGrowth } from './memory-growth';
import { Mutator } from './mutator';

/** At the same time. */
const STRANGERS = 8;

/** The doors in turn, each visit with a seed of its own, until so many inputs were given. */
export async function visitAll(
  doors: Record<string, Door>,
  inputs: number,
  seed: number,
): Promise<FuzzResult> {
  const crashes: string[] = [];
  const growth = new MemoryGrowth();
  const all = Object.entries(doors);
  let given = 0;
  let visits = 0;
  const stranger = async () => {
    while (given < inputs) {
      growth.at(given / inputs);
      const own = seed + visits;
      const [name, door] = all[visits++ % all.length]!;
      const added = await door(new Mutator(own)).catch((error: unknown) => {
        crashes.push(`${name}, seed ${own}: ${String((error as Error).stack).slice(0, 500)}`);
        return 1;
      });
      given += added;
    }
  };
  await Promise.all(Array.from({ length: STRANGERS }, stranger));
  return { inputs: given, crashes, rssGrowthMb: growth.mb };
}
