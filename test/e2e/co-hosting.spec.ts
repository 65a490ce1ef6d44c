import type { FlvProbe } from '../support/media/flv-probe';
import { judge } from './support/judge';
import { firstGrid, GUEST, HOST, OWN, SECOND, Stage } from './support/stage';

/** Share of the sound that a tone must have to count as heard: of one, of two, of three at once. */
const AUDIBLE = 0.12;

jest.setTimeout(180_000);

describe('co-hosting with server mixing, from the host’s own stream to the mix and back', () => {
  let stage: Stage;
  afterEach(() => stage.end());

  it('guests come and go while the viewer stays connected (the mix comes before the host stops)', async () => {
    stage = await Stage.set();
    await stage.startHostPush();
    const viewer = await stage.watch();
    const host = await stage.host();
    const guest = await stage.viewerPage(GUEST);
    await viewer.play(1500);

    await guest.applyToGoOnAir();
    await host.click('accept-application');
    await host.seesSession('live');
    await host.sees('stop-push-note');
    await stage.stopHostPush();
    await stage.onAir(host, guest);
    await viewer.play(3000);

    const second = await stage.viewerPage(SECOND);
    await host.invite(second);
    await second.click('accept-invitation');
    await stage.onAir(host, guest, second);
    await viewer.play(4000);

    await guest.click('leave');
    await stage.onAir(host, second);
    await viewer.play(3000);

    await host.click('end-session');
    await host.sees('resume-push-note');
    await stage.startHostPush();
    await stage.source('host');
    await viewer.play(2000);

    expect(viewer.closedByServer).toBe(false);
    const probe = await judge(viewer);
    const own = probe.firstTimeWith(OWN.color);
    const two = firstGrid(probe, [HOST, GUEST], own);
    const three = firstGrid(probe, [HOST, GUEST, SECOND], two);
    const without = firstGrid(probe, [HOST, SECOND], three);
    const back = probe.firstTimeWith(OWN.color, undefined, without);
    expect([own, two, three, without, back]).not.toContain(-1);
    hears(probe, own, [OWN.tone]);
    hears(probe, two + 0.5, [HOST.tone, GUEST.tone]);
    hears(probe, three + 0.5, [HOST.tone, GUEST.tone, SECOND.tone]);
    hears(probe, back + 0.5, [OWN.tone]);
    expect([...host.complaints, ...guest.complaints, ...second.complaints]).toEqual([]);
  });

  it('the host stops first, and his stream comes back only after the mix has gone', async () => {
    stage = await Stage.set({ RESUME_TIMEOUT_MS: '1500' });
    await stage.startHostPush();
    const viewer = await stage.watch();
    const host = await stage.host();
    const guest = await stage.viewerPage(GUEST);
    await viewer.play(1000);

    await stage.stopHostPush();
    await guest.applyToGoOnAir();
    await host.click('accept-application');
    await host.seesSession('live');
    await stage.onAir(host, guest);
    await viewer.play(3000);

    await host.click('end-session');
    await host.seesSession('ended');
    await stage.startHostPush();
    await stage.source('host');
    await viewer.play(2000);

    expect(viewer.closedByServer).toBe(false);
    const probe = await judge(viewer);
    const own = probe.firstTimeWith(OWN.color);
    const two = firstGrid(probe, [HOST, GUEST], own);
    const back = probe.firstTimeWith(OWN.color, undefined, two);
    expect([own, two, back]).not.toContain(-1);
  });
});

function hears(probe: FlvProbe, from: number, tones: number[]): void {
  const silent = tones.filter((tone) => probe.share(tone, from, 1) < AUDIBLE);
  expect({ from, silent }).toEqual({ from, silent: [] });
}
