import { descendantsOf, names, until } from '../support/process/processes';
import { judge } from './support/judge';
import { firstGrid, GUEST, HOST, Stage } from './support/stage';

jest.setTimeout(180_000);

describe('what dies comes back, or is let go', () => {
  let stage: Stage;
  afterEach(() => stage.end());

  it('a guest whose browser is killed frees his seat; viewers stay connected', async () => {
    stage = await Stage.set({ MEMBER_GRACE_MS: '4000' });
    const { viewer, host, guest } = await onAir(stage);

    await guest.vanish();
    await stage.onAir(host);
    await viewer.play(3000);

    expect(viewer.closedByServer).toBe(false);
    expect((await stage.session())?.state).toBe('live');
    const probe = await judge(viewer);
    const two = firstGrid(probe, [HOST, GUEST]);
    const alone = firstGrid(probe, [HOST], two);
    expect([two, alone]).not.toContain(-1);
  });

  it('a killed media process is started again, and the pages come back into their call by themselves', async () => {
    stage = await Stage.set();
    const { viewer, host, guest } = await onAir(stage);

    processesWith(stage, 'ROLE=media').forEach((pid) => process.kill(pid, 'SIGKILL'));
    await viewer.waitForEnd();
    await stage.source('none');
    await stage.source('mix');
    await stage.onAir(host, guest);
    const after = await stage.watch();
    await after.play(3000);

    expect((await stage.session())?.state).toBe('live');
    const probe = await judge(after);
    expect(firstGrid(probe, [HOST, GUEST])).not.toBe(-1);
  });

  it('a killed mixer is replaced under the same task while viewers stay connected', async () => {
    stage = await Stage.set();
    const { viewer, host } = await onAir(stage);
    const before = await stage.mixTask();

    // The one at work, and the one that is kept loaded for the next start.
    processesWith(stage, 'mix-process').forEach((pid) => process.kill(pid, 'SIGKILL'));
    await until(async () => {
      const { attempt, state } = await stage.mixTask();
      return attempt > before.attempt && state === 'running';
    }, 30_000);
    await viewer.play(2000);

    expect(viewer.closedByServer).toBe(false);
    expect((await stage.mixTask()).id).toBe(before.id);
    const probe = await judge(viewer);
    expect(firstGrid(probe, [HOST, GUEST], probe.frames.length / probe.options.fps - 1)).not.toBe(-1);
    expect(host.complaints).toEqual([]);
  });
});

/** A co-hosting of host and guest that viewers see. */
async function onAir(stage: Stage) {
  const people = await stage.coHosting();
  await people.viewer.play(2000);
  return people;
}

/** The processes of the app that have this in their command line or environment. */
function processesWith(stage: Stage, text: string): number[] {
  return descendantsOf(stage.app.pid).filter((pid) => names(pid, text));
}
