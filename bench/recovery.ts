/**
 * From the kill of a running mixer until a viewer of the channel, who stays connected, gets the next picture. All
 * mixers, working and in reserve, are killed, and the host's own push is off.
 */
import { startApp, type TestApp } from '../test/support/app/app-process';
import { descendantsOf, names } from '../test/support/process/processes';
import { CoHosting } from './support/co-hosting';

const ROUNDS = 5;
/** Of media, so that the mixer in reserve is loaded and the hub holds nothing else. */
const BETWEEN_MS = 3000;

export async function run(): Promise<Record<string, unknown>> {
  const app = await startApp();
  try {
    const coHosting = await CoHosting.prepare(app, 'recovery');
    await coHosting.begin();
    await coHosting.stopPush();
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await coHosting.viewer.play(BETWEEN_MS);
      times.push(await killToPicture(app, coHosting));
    }
    const disconnects = Number(coHosting.viewer.closedByServer);
    const { backwardTimestamps } = coHosting.viewer.figures();
    await coHosting.end();
    times.sort((a, b) => a - b);
    return { killToPictureMs: times[ROUNDS >> 1], largestMs: times.at(-1), disconnects, backwardTimestamps };
  } finally {
    await app.stop();
  }
}

/** ms; waits for a picture later than all that was under way. */
async function killToPicture(app: TestApp, { viewer }: CoHosting): Promise<number> {
  const mixers = descendantsOf(app.pid).filter((pid) => names(pid, 'mix-process'));
  const killedAt = performance.now();
  for (const pid of mixers) process.kill(pid, 'SIGKILL');
  const last = viewer.last!.dtsMs;
  const next = await viewer.waitFor(
    (tag) => tag.kind === 'video' && tag.keyframe && tag.dtsMs > last,
    30_000,
  );
  return Math.round(next.arrivedAt - killedAt);
}
