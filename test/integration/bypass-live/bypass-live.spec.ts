/** Bypass live with all rooms, on a real database: who may watch, one start for all, and the end of it. */
import type {
  BypassLiveView,
  ChannelView,
  ListView,
  PlaybackView,
  ProblemDetails,
  WatchView,
} from '../../../src/contracts';
import type { ChannelSettings } from '../../../src/media/contract';
import { readConfig } from '../../../src/platform/config';
import { BypassFixture } from '../../support/fixtures/bypass-fixture';
import { until } from '../../support/waiting/until';

const IDLE_MS = 300;

describe('bypass live', () => {
  let fixture: BypassFixture;

  beforeAll(async () => {
    // One owner has all conferences here, and some stay on the air.
    const limits = { ...readConfig({}).limits, bypassMixesPerUser: 100, mixerSharePerUser: 100 };
    fixture = await BypassFixture.start({ BYPASS_IDLE_MS: IDLE_MS, MEMBER_GRACE_MS: 300, limits });
  }, 60_000);
  afterAll(() => fixture.stop());
  beforeEach(() => {
    fixture.viewers = 1;
    fixture.mixersPush = true;
  });
  afterEach(() => fixture.everybodyLeaves());

  const watch = (userId: string, conferenceId: string, wait = 0, api = fixture.api) =>
    api.as<WatchView>(userId, 'POST', `conferences/${conferenceId}/watch?waitMs=${wait}`);
  /** As apps do: a start that takes longer than one request may wait is asked for again. */
  const watchUntilItPlays = async (userId: string, conferenceId: string, api = fixture.api) => {
    for (;;) {
      const answer = await watch(userId, conferenceId, 10_000, api);
      if (answer.status !== 202) return answer;
    }
  };
  const refusal = async (userId: string, conferenceId: string, wait = 0) => {
    const { status, body } = await fixture.as<ProblemDetails>(
      userId,
      'POST',
      `conferences/${conferenceId}/watch?waitMs=${wait}`,
    );
    return `${status} ${body.code}`;
  };
  const patch = (userId: string, conferenceId: string, body: object) =>
    fixture.as<BypassLiveView & ProblemDetails>(userId, 'PATCH', `bypass-lives/${conferenceId}`, body);

  it('starts once, however many ask at the same moment and wherever, and all of them get the addresses', async () => {
    const other = await fixture.startApi();
    const { id, number } = await fixture.conference('open', 'ann', 'bob');
    const ask = (i: number) => {
      const api = i % 2 ? fixture.api : other;
      const of = i % 3 ? id : number;
      return i % 4 ? watch(`viewer-${i}`, of, 0, api) : watchUntilItPlays(`viewer-${i}`, of, api);
    };
    const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => ask(i)));

    const waited = answers.filter((_, i) => i % 4 === 0);
    expect(waited.map(({ status, body }) => `${status} ${body.status}`)).toEqual(
      waited.map(() => '200 live'),
    );
    const rest = answers.filter((_, i) => i % 4 !== 0);
    expect(rest.every(({ status }) => status === 202 || status === 200)).toBe(true);
    expect(rest.some(({ status, body }) => status === 202 && body.status === 'starting')).toBe(true);
    expect(new Set(answers.map(({ headers }) => headers.get('location')))).toEqual(
      new Set([`/v1/conferences/${id}/watch`]),
    );
    expect(await fixture.tasksOf(id)).toHaveLength(1);
    const live = await fixture.inState(id, 'live');
    expect(waited[0]!.body.playback!.flv).toContain(`/live/${live.channelId}.flv?token=`);
    const rows = await fixture.sql<unknown[]>('SELECT 1 FROM bypass_lives WHERE conference_id = $1', [id]);
    expect(rows).toHaveLength(1);
    expect(await fixture.sql(`SELECT 1 FROM channels WHERE kind = 'bypass'`)).toHaveLength(1);

    const shown = await fixture.as<WatchView>('viewer-1', 'GET', `conferences/${id}/watch`);
    expect(shown).toMatchObject({ status: 200, body: { conferenceId: id, status: 'live' } });
    await fixture.apis.pop()!.stop();
  });

  it('goes out as sound only where its owner says so, with everybody as loud as they say', async () => {
    const { id } = await fixture.conference('open', 'ann');
    const output = {
      ...{ width: 640, height: 360, fps: 15, gop: 30 },
      ...{ videoBitrate: 500_000, audioBitrate: 64_000, video: false },
    };
    expect((await fixture.as('owner', 'PATCH', `bypass-lives/${id}`, { output })).status).toBe(200);
    await fixture.as('owner', 'PATCH', `conferences/${id}/members/ann`, { gain: 0.5 });
    await watch('vic', id, 10_000);
    const { mixTaskId } = await fixture.inState(id, 'live');
    const first = await fixture.mix(mixTaskId!);
    expect(first).toMatchObject({ output, seats: [{ userId: 'ann', gain: 0.5 }] });
    await fixture.as('owner', 'PATCH', `conferences/${id}/members/ann`, { gain: 2 });
    await until(async () => (await fixture.mix(mixTaskId!)).seats[0]?.gain === 2);
  });

  it('keeps its channel out of everybody’s reach but its own', async () => {
    const { id } = await fixture.conference('open', 'ann');
    await watch('vic', id, 10_000);
    const { channelId } = (await fixture.live(id))!;
    const listed = await fixture.as<ListView<ChannelView>>('admin', 'GET', 'channels?limit=500');
    expect(listed.body.items.map((channel) => channel.id)).not.toContain(channelId);
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['GET', '/playback'],
      ['POST', '/push-url'],
    ] as const) {
      const body = method === 'PATCH' ? { title: 'mine' } : undefined;
      const answer = await fixture.as<PlaybackView & ProblemDetails>(
        'owner',
        method,
        `channels/${channelId}${path}`,
        body,
      );
      expect(answer).toMatchObject({ status: 404, body: { code: 'channel_not_found' } });
    }
    const application = await fixture.as<ProblemDetails>(
      'vic',
      'POST',
      `channels/${channelId}/co-host/invitations`,
      { kind: 'apply' },
    );
    expect(application.body.code).toBe('channel_not_found');
    const room = await (await fixture.online('vic')).ask('room:join', { channelId });
    expect(room).toMatchObject({ ok: false, error: { code: 'channel_not_found' } });
  });

  it('tells those who asked when it plays, stops after the last viewer, and starts again', async () => {
    const { id } = await fixture.conference('open', 'ann');
    const vic = await fixture.online('vic');
    expect((await watch('vic', id)).status).toBe(202);
    await vic.until(([name, p]) => name === 'bypass:live' && p.conferenceId === id);
    expect(vic.of('bypass:live')[0]).toMatchObject({
      status: 'live',
      playback: { flv: expect.any(String) as string },
    });

    const { channelId, mixTaskId } = await fixture.inState(id, 'live');
    const { epoch } = await fixture.mix(mixTaskId!);
    await fixture.node.watch(channelId, 0);
    await fixture.inState(id, 'idle');
    await vic.until(([name, p]) => name === 'bypass:ended' && p.conferenceId === id);
    expect(vic.of('bypass:ended')).toEqual([{ conferenceId: id, reason: 'no_viewers' }]);
    await fixture.node.until(`channels/${channelId}/end {"epoch":${epoch}}`);
    await until(async () => (await fixture.live(id))?.mixTaskId === null);
    expect((await fixture.mix(mixTaskId!)).state).toBe('stopped');
    const idle = await fixture.as<WatchView>('vic', 'GET', `conferences/${id}/watch`);
    expect(idle.body).toEqual({ conferenceId: id, status: 'idle', playback: null, reason: 'no_viewers' });

    const again = await watch('vic', id, 10_000);
    expect(again).toMatchObject({ status: 200, body: { status: 'live' } });
    expect((await fixture.live(id))!).toMatchObject({ channelId, state: 'live' });
    expect(await fixture.tasksOf(id)).toHaveLength(2);
  });

  it('goes on when somebody comes back before it has stopped, and when it is just being stopped', async () => {
    const { id } = await fixture.conference('open', 'ann');
    await watch('vic', id, 10_000);
    const { channelId, mixTaskId } = (await fixture.live(id))!;
    await fixture.sql(
      `UPDATE bypass_lives SET state = 'draining', draining_at = now() + interval '1 hour' WHERE conference_id = $1`,
      [id],
    );
    await fixture.inState(id, 'live');
    expect((await fixture.live(id))!.mixTaskId).toBe(mixTaskId);

    await fixture.node.watch(channelId, 0);
    await fixture.inState(id, 'idle');
    // Its mixer may not have ended yet: the new one takes over.
    expect(await watch('vic', id, 10_000)).toMatchObject({ status: 200, body: { status: 'live' } });
    const tasks = await fixture.tasksOf(id);
    await until(async () => (await fixture.mix(mixTaskId!)).state === 'stopped');
    expect(tasks).toHaveLength(2);
    expect((await fixture.live(id))!.mixTaskId).toBe(tasks[1]!.id);
  });

  it('shows who is there: members come and go, cameras go dark', async () => {
    const { id } = await fixture.conference('open', 'ann', 'bob');
    await watch('vic', id, 10_000);
    const taskId = (await fixture.live(id))!.mixTaskId!;
    const seats = async () =>
      (await fixture.mix(taskId)).seats.map((s) => `${s.seat}${s.userId}${s.video ? '' : ' dark'}`).join();
    expect(await seats()).toBe('0ann,1bob');
    const cat = await fixture.enter('cat', id);
    await until(async () => (await seats()) === '0ann,1bob,2cat');
    await fixture.node.connect(id, cat, 'cat', true, { audio: true, video: false });
    await until(async () => (await seats()) === '0ann,1bob,2cat dark');
    await fixture.as('ann', 'DELETE', `conferences/${id}/members/ann`);
    await until(async () => (await seats()) === '1bob,2cat dark');
    await fixture.enter('dan', id);
    await until(async () => (await seats()) === '0dan,1bob,2cat dark');
    const layout = { kind: 'speaker', fit: 'fit', background: '#202020' };
    expect((await patch('owner', id, { layout })).body.layout).toEqual(layout);
    await until(async () => {
      const task = await fixture.mix(taskId);
      return task.layout.kind === 'speaker' && task.appliedVersion === task.version;
    });
  });

  it('ends with its conference, and viewers are ended with it', async () => {
    const { id } = await fixture.conference('open', 'ann');
    const vic = await fixture.online('vic');
    await watch('vic', id, 10_000);
    const { channelId, mixTaskId } = (await fixture.live(id))!;
    const { epoch } = await fixture.mix(mixTaskId!);
    await fixture.as('owner', 'DELETE', `conferences/${id}`);
    await vic.until(([name, p]) => name === 'bypass:ended' && p.reason === 'conference_ended');
    await fixture.node.until(`channels/${channelId}/end {"epoch":${epoch}}`);
    expect(await refusal('vic', id)).toBe('409 conference_ended');
  });

  it('ends when all have left it', async () => {
    const { id } = await fixture.conference('open', 'ann');
    await watch('vic', id, 10_000);
    await fixture.as('ann', 'DELETE', `conferences/${id}/members/ann`);
    expect((await fixture.inState(id, 'idle')).reason).toBe('everyone_left');
    expect(await refusal('vic', id)).toBe('409 nothing_to_watch');
  });

  it('cuts who watches and may no longer, by new addresses for all who may', async () => {
    const { id } = await fixture.conference('open', 'owner', 'max', 'mia');
    const generationIn = async ({ flv = '' }: Partial<PlaybackView>) =>
      (await fixture.api.signer.verify('play', new URL(flv).searchParams.get('token')!))?.generation;
    const told = () =>
      fixture.node.commands.flatMap((command) => {
        const [, settings] = /^channels\/[^/]+\/settings (.*)$/.exec(command) ?? [];
        return settings ? [(JSON.parse(settings) as ChannelSettings).playGeneration] : [];
      });
    const before = await watch('vic', id, 10_000);
    expect(await generationIn(before.body.playback!)).toBe(0);
    await patch('owner', id, { allowed: ['vic', 'eve'] });
    expect(told().filter((generation) => generation > 0)).toEqual([]);

    await patch('owner', id, { audience: 'allowed' });
    await until(() => told().includes(1));
    expect(await generationIn((await watch('vic', id)).body.playback!)).toBe(1);

    await patch('owner', id, { allowed: ['eve'] });
    await until(() => told().includes(2));
    expect(await refusal('vic', id)).toBe('403 not_allowed');

    await fixture.as('owner', 'DELETE', `conferences/${id}/members/max`);
    await until(() => told().includes(3));
    expect(await refusal('max', id)).toBe('403 not_allowed');
    expect(await generationIn((await watch('eve', id)).body.playback!)).toBe(3);

    // A member who has left may watch on, until they are removed after all.
    await fixture.as('mia', 'DELETE', `conferences/${id}/members/mia`);
    expect(await generationIn((await watch('mia', id)).body.playback!)).toBe(3);
    await fixture.as('owner', 'DELETE', `conferences/${id}/members/mia`);
    await until(() => told().includes(4));
    expect(await refusal('mia', id)).toBe('403 not_allowed');
  });

  it('is over for who is removed from an open conference, and for nobody else', async () => {
    const { id } = await fixture.conference('open', 'owner', 'max', 'mia');
    const generationOf = async (who: string) => {
      const { flv } = (await watch(who, id, 10_000)).body.playback!;
      return (await fixture.api.signer.verify('play', new URL(flv).searchParams.get('token')!))?.generation;
    };
    expect([await generationOf('vic'), await generationOf('max')]).toEqual([0, 0]);
    await fixture.as('mia', 'DELETE', `conferences/${id}/members/mia`);
    await fixture.as('owner', 'DELETE', `conferences/${id}/members/max`);
    await until(async () => (await generationOf('vic')) === 1);
    expect(await refusal('max', id)).toBe('403 not_allowed');
    const seen = await fixture.as<ProblemDetails>('max', 'GET', `conferences/${id}`);
    expect(seen).toMatchObject({ status: 403, body: { code: 'not_admitted' } });
    expect(await generationOf('mia')).toBe(1);
    await fixture.as('owner', 'POST', `conferences/${id}/admissions`, { userId: 'max' });
    expect(await generationOf('max')).toBe(1);
  });

  it('is for those who may: a private conference, a list, an opened one, a closed one', async () => {
    const { id } = await fixture.conference('members', 'owner');
    expect(await refusal('vic', id)).toBe('403 not_allowed');
    const shown = await fixture.as<ProblemDetails>('vic', 'GET', `conferences/${id}/watch`);
    expect(shown).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
    expect((await patch('vic', id, { audience: 'open' })).body.code).toBe('not_allowed');
    expect((await watch('admin', id)).status).toBe(202);

    expect((await patch('owner', id, { allowed: ['vic'] })).body).toMatchObject({
      audience: 'allowed',
      allowed: ['vic'],
    });
    expect((await watch('vic', id, 10_000)).status).toBe(200);
    expect(await refusal('eve', id)).toBe('403 not_allowed');
    expect((await patch('admin', id, { audience: 'open' })).body.audience).toBe('open');
    expect((await watch('eve', id)).status).toBe(200);

    expect((await patch('owner', id, { enabled: false })).body).toMatchObject({
      enabled: false,
      state: 'idle',
      reason: 'bypass_disabled',
    });
    expect(await refusal('eve', id)).toBe('409 bypass_disabled');
    expect((await patch('owner', id, { enabled: true })).body.enabled).toBe(true);

    const limited = await fixture.api.request<ProblemDetails>('POST', `/v1/conferences/${id}/watch`, {
      token: await fixture.api.token('eve', { conferences: ['00000000-0000-4000-8000-000000000000'] }),
    });
    expect(limited.body.code).toBe('not_granted');
    const own = await fixture.as<ListView<BypassLiveView>>('eve', 'GET', 'bypass-lives');
    expect(own.body.items).toEqual([]);
    await patch('owner', (await fixture.conference('open')).id, {});
    const mine = await fixture.as<ListView<BypassLiveView>>('owner', 'GET', 'bypass-lives?limit=1');
    expect(mine.body.items).toHaveLength(1);
    expect(mine.body.nextCursor).not.toBeNull();
  });

  it('refuses what there is not: nobody there, no such conference, a co-hosting’s, bad input', async () => {
    const { id } = await fixture.conference('open');
    expect(await refusal('vic', id)).toBe('409 nothing_to_watch');
    expect(await refusal('vic', '999999999')).toBe('404 conference_not_found');
    expect(await refusal('vic', id, 10_001)).toBe('400 invalid_input');
    await fixture.sql(`UPDATE conferences SET purpose = 'co-host' WHERE id = $1`, [id]);
    expect(await refusal('vic', id)).toBe('409 co_host_conference');
    expect((await patch('owner', id, {})).body.code).toBe('co_host_conference');
  });

  it('says so to all who wait when it can’t be started, and may be asked again', async () => {
    const { id } = await fixture.conference('open', 'ann');
    const { channelId, layout } = (await patch('owner', id, {})).body;
    const setLayout = (wanted: object) =>
      fixture.sql('UPDATE channels SET layout = $2 WHERE id = $1', [channelId, JSON.stringify(wanted)]);
    await setLayout({ ...layout, background: '#refuse' });
    const vic = await fixture.online('vic');
    const refusals = await Promise.all(['vic', 'eve', 'max'].map((who) => refusal(who, id, 10_000)));
    expect(refusals).toEqual(Array(3).fill('503 bypass_failed'));
    await vic.until(([name, p]) => name === 'bypass:ended' && p.reason === 'refused');
    expect((await fixture.live(id))!).toMatchObject({ state: 'idle', reason: 'refused' });
    await setLayout(layout);
    expect((await watch('vic', id, 10_000)).status).toBe(200);
  });

  it('survives a restart at every step', async () => {
    const { id } = await fixture.conference('open', 'ann');
    const restart = async () => {
      await fixture.stopApis();
      await fixture.startApi();
    };
    // Asked for, and the process is gone before it has done anything.
    const { channelId } = (await patch('owner', id, {})).body;
    await fixture.sql(
      `UPDATE bypass_lives SET state = 'starting', started_at = now() WHERE conference_id = $1`,
      [id],
    );
    await restart();
    const first = await fixture.inState(id, 'live');
    expect(await fixture.tasksOf(id)).toHaveLength(1);

    // On the air while the process is away.
    await restart();
    expect((await watch('vic', id, 10_000)).body.status).toBe('live');
    expect((await fixture.live(id))!.mixTaskId).toBe(first.mixTaskId);

    // Over, and the process is gone before it has stopped the mix.
    await fixture.node.reportTo(null);
    await fixture.sql(
      `UPDATE bypass_lives SET state = 'idle', reason = 'no_viewers' WHERE conference_id = $1`,
      [id],
    );
    await restart();
    await until(async () => (await fixture.live(id))!.mixTaskId === null, 15_000);
    expect((await fixture.tasksOf(id)).map(({ state }) => state)).toEqual(['stopped']);
    expect(fixture.node.commands.some((c) => c.startsWith(`channels/${channelId}/end`))).toBe(true);
  });
});
