import { memoryUsage } from 'node:process';
import { fuzzNode } from './node-fuzz';
import { Mutator } from './mutator';
import { parsers } from './parsers';

/** Of all inputs, which share goes to a running node: each is a connection. */
const AT_A_NODE = 0.02;
/** In one go, before others get their turn. */
const BATCH = 500;

export interface FuzzResult {
  inputs: number;
  /** What was thrown that is no refusal: where, with which seed, and its first line. */
  crashes: string[];
  /** MiB, after the first tenth. */
  rssGrowthMb: number;
}

/** So many inputs, evenly to all that parses; the same for the same seed. */
export async function fuzz(inputs: number, seed: number): Promise<FuzzResult> {
  const crashes: string[] = [];
  const all = Object.entries(parsers());
  const each = Math.ceil((inputs * (1 - AT_A_NODE)) / all.length);
  let rss = 0;
  for (let done = 0; done < each; done += BATCH) {
    if (rss === 0 && done >= each / 10) rss = settledRss();
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
  const atNode = Math.ceil(inputs * AT_A_NODE);
  await fuzzNode(new Mutator(seed), atNode);
  const rssGrowthMb = Math.round((settledRss() - rss) / 2 ** 20);
  return { inputs: each * all.length + atNode, crashes, rssGrowthMb };
}

function settledRss(): number {
  globalThis.gc?.();
  return memoryUsage.rss();
}
