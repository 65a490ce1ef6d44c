/**
 * From viewer to guest and back, in Chromium and the whole app: how long the picture stands still when the call takes the
 * player's place and when the player takes the call's, and how long both are heard at once.
 */
import { GUEST, StoryFixture } from '../test/e2e/support/story-fixture';
import type { Person } from '../test/e2e/support/person';
import { changeoverWatch } from '../test/support/browser/changeover-watch';

const ROUNDS = 3;
/** Before and after a changeover, so that what follows it counts too, ms. */
const AROUND_MS = 1500;

interface Seen {
  /** Largest time between two pictures that were shown, around the changeover, ms. */
  gapMs: number;
  /** Between the last picture of the one and the first of the other, ms. */
  ofChangeMs: number;
  /** For how long player and call were heard at once, ms. */
  doubledMs: number;
}

export async function run(): Promise<Record<string, unknown>> {
  const story = await StoryFixture.start();
  const [toGuest, toViewer, steady]: Seen[][] = [[], [], []];
  try {
    await story.startHostPush();
    const host = await story.host();
    const guest = await story.viewerPage(GUEST);
    await guest.page.evaluate(changeoverWatch);
    await guest.sees('player', '[data-state="playing"]');
    for (let round = 0; round < ROUNDS; round++) {
      steady!.push(await seen(guest, () => Promise.resolve()));
      toGuest!.push(
        await seen(guest, async () => {
          await guest.applyToGoOnAir();
          await host.click('accept-application');
          await guest.sees('stage', '[data-shows="call"]');
        }),
      );
      toViewer!.push(
        await seen(guest, async () => {
          await guest.click('leave');
          await guest.sees('stage', '[data-shows="player"]');
        }),
      );
      await guest.sees('apply', ':enabled');
    }
  } finally {
    await story.stop();
  }
  const gap = (all: Seen[]) => Math.round(Math.max(...all.map(({ gapMs }) => gapMs)));
  const doubled = [...toGuest!, ...toViewer!].map(({ doubledMs }) => doubledMs);
  return {
    toGuestGapMs: gap(toGuest!),
    toViewerGapMs: gap(toViewer!),
    doubledSoundMs: Math.round(Math.max(...doubled)),
    steadyGapMs: gap(steady!),
    rounds: ROUNDS,
  };
}

/** What the guest's page showed and played while something was done. */
async function seen(guest: Person, act: () => Promise<void>): Promise<Seen> {
  await guest.page.evaluate('changeover.reset()');
  await guest.page.waitForTimeout(AROUND_MS);
  await act();
  await guest.page.waitForTimeout(AROUND_MS);
  const result = await guest.page.evaluate<Seen>('changeover.seen()');
  console.error(JSON.stringify(result));
  return result;
}
