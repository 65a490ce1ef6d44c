/** From the answer to `accept` until a viewer of the channel gets the first picture of the mix, in the whole app. */
import { startApp } from '../test/support/app/app-process';
import { CoHosting } from './support/co-hosting';

const ROUNDS = 5;

export async function run(): Promise<Record<string, unknown>> {
  const app = await startApp();
  try {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const coHosting = await CoHosting.prepare(app, `${round}`);
      await coHosting.viewer.play(1000);
      const { acceptedAt, mixedAt } = await coHosting.begin();
      times.push(Math.round(mixedAt - acceptedAt));
      await coHosting.end();
    }
    times.sort((a, b) => a - b);
    return { acceptToMixMs: times[ROUNDS >> 1], largestMs: times.at(-1), rounds: ROUNDS };
  } finally {
    await app.stop();
  }
}
