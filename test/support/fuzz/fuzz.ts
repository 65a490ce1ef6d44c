import { fuzzNode } from './node-fuzz';
import { MemoryGrowth } from './memory-growth';
import { Mutator } from './mutator';
import { parsers } from './parsers';

/** Of all inputs, which share goes to the doors of a running node. */
const AT_A_NODE = 0.2;
/** In one go, before others get their turn. */
const BATCH = 500;

export interface FuzzResult {
  inputs: number;
  /** What was thrown, said or logged that is no refusal: where, with which seed, and its first lines. */
  crashes: string[];
  /** MiB, of what parses and of the node, each after its first fifth. */
  rssGrowthMb: number;
}

/** So many inputs, evenly to all that parses and to all doors of a node; the same for the same seed. */
export async function fuzz(inputs: number, seed: number): Promise<FuzzResult> {
  const parsed = await fuzzParsers(inputs * (1 - AT_A_NODE), seed);
  const visited = await fuzzNode(inputs * AT_A_NODE, seed);
  return {
    inputs: parsed.inputs + visited.inputs,
    crashes: [...parsed.crashes, ...visited.crashes],
    rssGrowthMb: parsed.rssGrowthMb + visited.rssGrowthMb,
  };
}

async function fuzzParsers(inputs: number, seed: number): Promise<FuzzResult> {
  const crashes: string[] = [];
  const all = Object.entries(parsers());
  const each = Math.ceil(inputs / all.length);
  const growth = new MemoryGrowth();
  for (let done = 0; done < each; done += BATCH) {
    growth.at(done / each);
    for (const [name, parse] of all) {
      const mutator = new Mutator(seed + done);
      const count = Math.min(BATCH, each - done);
      try {
        for (let i = 0; i < count; i++) parse(mutator);
      } catch (error) {
        crashes.push(`${name}, seed ${seed + done}: ${String((error as Error).stack).slice(0, 500)}`);
      }
    }
    await new Promise(setImmediate);
  }
  return { inputs: each * all.length, crashes, rssGrowthMb: growth.mb };
}
