import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of all inputs, the share after which what is made once has been made. */
const WARM_UP = 0.2;

/** What a process keeps of its inputs: they come again and again, so after a while it should keep no more. */
export class MemoryGrowth {
  private warm = 0;

  /** @param share of all inputs that were given */
  at(share: number): void {
    if (this.warm === 0 && share >= WARM_UP) this.warm = settledRss();
  }

  /** MiB since the warm-up; what is free may not have been given back yet. */
  get mb(): number {
    return Math.round((settledRss() - this.warm) / 2 ** 20);
  }
}

/** Without what waits to be collected. */
function settledRss(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return memoryUsage.rss();
}
