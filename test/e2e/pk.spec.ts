import type { InvitationView, PkMatchView } from '../../src/contracts';
import type { FlvCapture } from '../support/media/flv-capture';
import type { FlvProbe } from '../support/media/flv-probe';
import { until } from '../support/waiting/until';
import { probeCapture } from './support/probe-capture';
import type { Person } from './support/person';
import { firstGrid, firstPk, GUEST, HOST, RIVAL, RIVALS_OWN, StoryFixture } from './support/story-fixture';

/** Share of the sound that a tone must have to count as heard: of one, or of several at once. */
const AUDIBLE = 0.12;
const DURATION_MS = 12_000;

jest.setTimeout(240_000);

/** A channel with its host's page, their encoder, and one viewer who keeps all that they get. */
interface Side {
  story: StoryFixture;
  host: Person;
  viewer: FlvCapture;
}

describe('PK: two hosts, two channels, one conference', () => {
  let stages: StoryFixture[] = [];
  afterEach(async () => {
    for (const story of stages.reverse()) await story.stop();
    stages = [];
  });

  /** Both live, with pages and viewers. */
  async function bothLive(env: Record<string, string> = {}): Promise<[Side, Side]> {
    const home = await StoryFixture.start(env);
    stages.push(home);
    const away = await StoryFixture.start({}, { host: RIVAL, own: RIVALS_OWN }, home);
    stages.push(away);
    const sides: Side[] = [];
    for (const story of stages) {
      await story.startHostPush();
      sides.push({ story, viewer: await story.watch(), host: await story.host() });
    }
    return sides as [Side, Side];
  }

  /** An app challenges, since pages offer minutes; the other host answers on their page. */
  async function challenge(one: Side, other: Side): Promise<void> {
    const { app, channelId, hostToken } = one.story;
    const asked = { channelId: other.story.channelId, durationMs: DURATION_MS };
    await app.api('POST', `/v1/channels/${channelId}/pk/invitations`, asked, hostToken);
    await other.host.click('pk-accept');
    await checksDevices(other);
  }

  async function challengeByPage(one: Side, other: Side): Promise<void> {
    await one.host.click('pk-open');
    const row = one.host.find('pk-rival', `[data-channel-id="${other.story.channelId}"]`);
    await row.locator('[data-testid="pk-challenge"]').click();
    await checksDevices(one);
    await other.host.click('pk-accept');
    await checksDevices(other);
  }

  /** Who is in a call already has done so. */
  async function checksDevices({ story, host }: Side): Promise<void> {
    if ((await story.session()) === null) await host.goesOnAir();
  }

  async function running({ story }: Side): Promise<PkMatchView> {
    await until(async () => (await story.match())?.state === 'running', 60_000);
    return (await story.match())!;
  }

  it('each audience sees its own host on the left, hears both, and gets its own host’s stream back', async () => {
    const [home, away] = await bothLive();
    await home.viewer.play(1500);
    await challenge(home, away);
    const match = await running(home);
    const admin = await home.story.app.token('admin', 'Admin', 'admin');
    const path = `/v1/channels/${away.story.channelId}/pk/points`;
    await home.story.app.api('POST', path, { matchId: match.id, points: 7 }, admin);
    await home.host.sees('pk-points-other', ':text-is("7")');
    await away.host.sees('pk-points-own', ':text-is("7")');
    await home.viewer.play(4000);
    await until(async () => (await home.story.match()) === null, 60_000);
    await home.host.sees('pk-clock', ':text-is("Rika wins")');
    await Promise.all([home.story.source('host'), away.story.source('host')]);
    await home.viewer.play(2000);

    for (const [side, other] of [
      [home, away],
      [away, home],
    ] as const) {
      const { own, host } = side.story.lead;
      expect(side.viewer.closedByServer).toBe(false);
      const probe = await probeCapture(side.viewer);
      const before = probe.firstTimeWith(own.color);
      const both = firstPk(probe, [host], [other.story.lead.host], before);
      const after = probe.firstTimeWith(own.color, undefined, both);
      expect([before, both, after]).not.toContain(-1);
      hears(probe, before, [own.tone]);
      hears(probe, both + 1, [host.tone, other.story.lead.host.tone]);
      hears(probe, after + 0.5, [own.tone]);
    }
    expect([...home.host.complaints, ...away.host.complaints]).toEqual([]);
  });

  it('a host who is co-hosting keeps their guest, during the match and after it', async () => {
    const [home, away] = await bothLive();
    const guest = await home.story.viewerPage(GUEST);
    await guest.applyToGoOnAir();
    await home.host.accept();
    await home.host.seesSession('live');
    await home.story.onAir(home.host, guest);
    await home.viewer.play(2500);

    await challengeByPage(away, home);
    await running(home);
    await home.viewer.play(4000);
    await home.host.click('pk-end');
    await home.host.click('confirm');
    await until(async () => (await home.story.match()) === null, 60_000);
    await away.story.source('host');
    await home.viewer.play(3000);

    const { host } = home.story.lead;
    const mine = await probeCapture(home.viewer);
    const together = firstGrid(mine, [host, GUEST]);
    const match = firstPk(mine, [host, GUEST], [RIVAL], together);
    const again = firstGrid(mine, [host, GUEST], match);
    expect([together, match, again]).not.toContain(-1);
    hears(mine, match + 1, [host.tone, RIVAL.tone, GUEST.tone]);
    hears(mine, again + 1, [host.tone, GUEST.tone]);
    const theirs = await probeCapture(away.viewer);
    const seen = firstPk(theirs, [RIVAL], [host, GUEST]);
    const back = theirs.firstTimeWith(RIVALS_OWN.color, undefined, seen);
    expect([seen, back]).not.toContain(-1);
    hears(theirs, seen + 1, [host.tone, RIVAL.tone, GUEST.tone]);
    for (const { viewer } of [home, away]) expect(viewer.closedByServer).toBe(false);
  });

  it('of two who are co-hosting, one moves to the other’s conference and back, in the same mix', async () => {
    const [home, away] = await bothLive();
    await seatNobodyButHost(home);
    const guest = await away.story.viewerPage(GUEST);
    await guest.applyToGoOnAir();
    await away.host.accept();
    await away.host.seesSession('live');
    await away.story.onAir(away.host, guest);
    await away.viewer.play(2500);
    const before = (await away.story.session())!;

    await challengeByPage(home, away);
    await running(away);
    await away.viewer.play(5000);
    expect((await away.story.session())!.conferenceId).toBe((await home.story.session())!.conferenceId);
    await home.host.click('pk-end');
    await home.host.click('confirm');
    await until(async () => (await away.story.match()) === null, 60_000);
    await away.story.onAir(away.host, guest);
    await away.viewer.play(6000);

    const { id, conferenceId, mixTaskId } = before;
    expect(await away.story.session()).toMatchObject({ id, conferenceId, mixTaskId, state: 'live' });
    expect(await away.story.mixTask()).toMatchObject({ attempt: 1, state: 'running' });
    const theirs = await probeCapture(away.viewer);
    const together = firstGrid(theirs, [RIVAL, GUEST]);
    const match = firstPk(theirs, [RIVAL, GUEST], [HOST], together);
    const again = firstGrid(theirs, [RIVAL, GUEST], match);
    expect([together, match, again]).not.toContain(-1);
    hears(theirs, match + 2, [RIVAL.tone, GUEST.tone, HOST.tone]);
    hears(theirs, again + 3, [RIVAL.tone, GUEST.tone]);
    const ours = await probeCapture(home.viewer);
    const alone = ours.firstTimeWith(HOST.color);
    const both = firstPk(ours, [HOST], [RIVAL, GUEST], alone);
    const after = ours.firstTimeWith(HOST.color, undefined, both);
    expect([alone, both, after]).not.toContain(-1);
    for (const { viewer } of [home, away]) expect(viewer.closedByServer).toBe(false);
  });

  it('a page that mixes moves with its host, and shows what the server shows of the other channel', async () => {
    const [home, away] = await bothLive();
    await away.story.setMixingMode('client');
    for (const side of [home, away]) await seatNobodyButHost(side);
    await away.viewer.play(1500);
    const before = (await away.story.session())!;
    const pushes = countPushes(away.host);

    await challengeByPage(home, away);
    await running(away);
    await away.viewer.play(5000);
    const during = (await away.story.session())!;
    expect(during.conferenceId).toBe((await home.story.session())!.conferenceId);
    await home.host.click('pk-end');
    await home.host.click('confirm');
    await until(async () => (await away.story.match()) === null, 60_000);
    await away.story.onAir(away.host);
    await away.viewer.play(4000);

    const { id, conferenceId, mixTaskId } = before;
    const after = await away.story.session();
    expect(after).toMatchObject({ id, conferenceId, mixTaskId, state: 'live', mixingMode: 'client' });
    expect((await home.story.session())!.mixingMode).toBe('server');
    // The same push all the time.
    expect(pushes()).toBe(0);
    for (const [side, other] of [
      [home, away],
      [away, home],
    ] as const) {
      const { host } = side.story.lead;
      const rival = other.story.lead.host;
      expect(side.viewer.closedByServer).toBe(false);
      const probe = await probeCapture(side.viewer);
      const alone = firstGrid(probe, [host]);
      const match = firstPk(probe, [host], [rival], alone);
      const again = firstGrid(probe, [host], match);
      expect([alone, match, again]).not.toContain(-1);
      hears(probe, match + 2, [host.tone, rival.tone]);
      hears(probe, again + 2, [host.tone]);
    }
    expect([...home.host.complaints, ...away.host.complaints]).toEqual([]);
  });

  /** A co-hosting whose one guest was taken out again before coming. */
  async function seatNobodyButHost({ story, host }: Side): Promise<void> {
    const token = await story.app.token('nobody', 'Nobody');
    const path = `/v1/channels/${story.channelId}/co-host`;
    const applied = await story.app.api<InvitationView>(
      'POST',
      `${path}/invitations`,
      { kind: 'apply' },
      token,
    );
    expect(applied).toMatchObject({ status: 201, body: { state: 'pending' } });
    const accept = `/v1/co-host/invitations/${applied.body.id}/accept`;
    const accepted = await story.app.api('POST', accept, undefined, story.hostToken);
    expect(accepted).toMatchObject({ status: 200 });
    await host.seesSession('live');
    await story.app.api('DELETE', `${path}/members/nobody`, undefined, story.hostToken);
  }
});

/** How often this page has begun to push since then. */
function countPushes({ page }: Person): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (request.method() === 'POST' && new URL(request.url()).pathname.includes('/whip')) count += 1;
  });
  return () => count;
}

function hears(probe: FlvProbe, from: number, tones: number[]): void {
  const silent = tones.filter((tone) => probe.share(tone, from, 1) < AUDIBLE);
  expect({ from, silent }).toEqual({ from, silent: [] });
}
