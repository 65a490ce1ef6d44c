/** Client mixing and the switch of the mixing mode on the air, with all rooms, fake mixers and a node without media. */
import type { CoHostView, MixSwitchView, ProblemDetails, PushUrlView } from '../../../src/contracts';
import type { ImClient } from '../../support/app/im-client';
import { type CoHosting, ControlPlane } from '../../support/fixtures/control-plane';
import { until } from '../../support/waiting/until';

jest.setTimeout(90_000);
/** What never comes is told by what waits for it, and not by the test's own time-out. */
const PATIENCE_MS = 60_000;

let control: ControlPlane;
const SHORT = { SWITCH_TIMEOUT_MS: 1500, CLIENT_MIX_GRACE_MS: 300 };

beforeAll(async () => {
  control = await ControlPlane.start({ SWITCH_TIMEOUT_MS: 60_000, CLIENT_MIX_GRACE_MS: 300 });
}, 60_000);
afterAll(() => control.stop(), 60_000);
afterEach(() => control.everybodyLeaves());

const mixPushUrl = (channelId: string, by = 'host') =>
  control.as<PushUrlView & ProblemDetails>(by, 'POST', `channels/${channelId}/co-host/mix-push-url`);
const setMode = (channelId: string, mode: string, by = 'admin') =>
  control.as<CoHostView & ProblemDetails>(by, 'POST', `channels/${channelId}/co-host/mixing-mode`, { mode });
const isLive = (s: CoHostView) => s.state === 'live';

/** The signals of switches, as `from>to state reason`. */
const switches = (host: ImClient) =>
  host.of('mix:switch').map((p) => `${p.from}>${p.to} ${p.state} ${p.reason}`);
function switched(host: ImClient, state: MixSwitchView['state'], to: string): Promise<void> {
  return host.until(([name, p]) => name === 'mix:switch' && p.state === state && p.to === to);
}
function toldToStop(host: ImClient, role: 'host' | 'mix'): Promise<void> {
  return host.until(([name, p]) => name === 'live:stop-push' && p.role === role);
}

/** The host's device mixes, and pushes to the newest address that it was told. */
async function deviceMixes({ channelId, host }: CoHosting, nth = 1): Promise<number> {
  await host.until(() => host.of('mix:push').length >= nth);
  const { epoch } = await control.grantOf(host.of('mix:push').at(-1)!.push);
  await control.node.publish(channelId, 'mix', epoch);
  return epoch;
}
async function clientMixed(channel: object = {}): Promise<CoHosting & { epoch: number }> {
  const coHosting = await control.begin({ mixingMode: 'client', ...channel });
  const epoch = await deviceMixes(coHosting);
  await control.sees(coHosting.viewer, coHosting.session, isLive);
  return { ...coHosting, epoch };
}
async function serverMixed(): Promise<CoHosting & { epoch: number }> {
  const coHosting = await control.begin();
  const epoch = await control.epochOf(coHosting.session.mixTaskId!, coHosting.host);
  await control.node.publish(coHosting.channelId, 'mix', epoch);
  await control.sees(coHosting.viewer, coHosting.session, isLive);
  return { ...coHosting, epoch };
}
/** The mix of ours that a switch has begun. */
async function target(channelId: string): Promise<string> {
  const rows = await control.sql<{ id: string }[]>(
    `SELECT to_task_id AS id FROM mix_switches JOIN co_host_sessions s ON s.id = session_id
     WHERE s.channel_id = $1 ORDER BY mix_switches.created_at DESC LIMIT 1`,
    [channelId],
  );
  return rows[0]!.id;
}
async function serverTakesOver({ channelId, host }: CoHosting): Promise<void> {
  await switched(host, 'switching', 'server');
  await control.node.publish(channelId, 'mix', await control.epochOf(await target(channelId), host));
  await switched(host, 'done', 'server');
}
async function ends({ channelId, host, session }: CoHosting): Promise<void> {
  await control.as('host', 'DELETE', `channels/${channelId}/co-host`);
  await host.until(([name, p]) => name === 'live:resume-push' && p.channelId === channelId);
  await control.push(channelId);
  await control.sees(host, session, (s) => s.state === 'ended');
}
/** No task and no switch is left over. */
async function nothingLeft({ channelId }: CoHosting): Promise<void> {
  await until(async () => {
    const [left] = await control.sql<{ count: string }[]>(
      `SELECT (SELECT count(*) FROM mix_tasks WHERE channel_id = $1 AND state NOT IN ('stopped', 'failed'))
            + (SELECT count(*) FROM mix_switches w JOIN co_host_sessions s ON s.id = w.session_id
               WHERE s.channel_id = $1 AND w.cleaned_at IS NULL)
            + (SELECT count(*) FROM co_host_sessions WHERE channel_id = $1 AND cleaned_at IS NULL) AS count`,
      [channelId],
    );
    return left!.count === '0';
  }, PATIENCE_MS);
}

describe('flow 3', () => {
  it('the host mixes, from the acceptance to the end', async () => {
    const coHosting = await control.begin({ mixingMode: 'client' });
    const { channelId, host, viewer, session } = coHosting;
    expect(session).toMatchObject({ state: 'connecting', mixingMode: 'client', mixSwitch: null });
    const epoch = await deviceMixes(coHosting);
    expect(epoch).toBe(2);
    await control.sees(viewer, session, isLive);
    await toldToStop(host, 'host');
    const again = await mixPushUrl(channelId);
    expect(await control.grantOf(again.body)).toMatchObject({ channelId, role: 'mix', epoch });
    expect((await mixPushUrl(channelId, 'gina')).body.code).toBe('not_allowed');
    // No mixer has had a hand in it.
    expect(await control.task(session.mixTaskId)).toMatchObject({
      mode: 'client',
      attempt: 0,
      state: 'running',
    });
    expect(viewer.of('mix:push')).toEqual([]);
    const output = { width: 320, height: 240, fps: 10, gop: 20, videoBitrate: 400_000, audioBitrate: 64_000 };
    await control.as('host', 'PATCH', `channels/${channelId}/co-host`, { output });
    await host.until(
      ([name, p]) => name === 'mix:task' && p.id === session.mixTaskId && p.output.width === 320,
    );
    await control.sees(viewer, session, (s) => s.output?.height === 240);
    expect(await control.task(session.mixTaskId)).toMatchObject({ output, state: 'running' });

    await ends(coHosting);
    await toldToStop(host, 'mix');
    expect(viewer.of('live:source').map((p) => p.source)).toEqual(['host', 'mix', 'host']);
    await nothingLeft(coHosting);
  });

  it('gives no address where the server mixes, or nobody co-hosts', async () => {
    const { channelId } = await serverMixed();
    expect((await mixPushUrl(channelId)).body.code).toBe('client_mixing_off');
    await control.as('host', 'DELETE', `channels/${channelId}/co-host`);
    await control.push(channelId);
    await nothingLeft({ channelId } as CoHosting);
    expect((await mixPushUrl(channelId)).body.code).toBe('session_not_found');
  });
});

describe('the host’s mixed stream dies', () => {
  it('hold: it is waited for, and goes on', async () => {
    const coHosting = await clientMixed();
    const { channelId, host, epoch } = coHosting;
    await control.node.unpublish(channelId, 'mix');
    await host.until(() => host.of('mix:push').length === 2);
    const lostAt = Date.now();
    // Each of these looks at the session.
    const layout = { kind: 'floating', fit: 'crop', background: '#000000' };
    while (Date.now() < lostAt + 3 * SHORT.CLIENT_MIX_GRACE_MS) {
      await control.as('host', 'PATCH', `channels/${channelId}/co-host`, { layout });
    }
    expect(await control.session(channelId)).toMatchObject({
      state: 'live',
      mixingMode: 'client',
      mixSwitch: null,
    });
    expect(await deviceMixes(coHosting, 2)).toBe(epoch);
    await ends(coHosting);
    await nothingLeft(coHosting);
  });

  it('server: our mix takes over', async () => {
    const coHosting = await clientMixed({ clientMixFallback: 'server' });
    const { channelId, host, viewer, session } = coHosting;
    await control.node.unpublish(channelId, 'mix');
    await serverTakesOver(coHosting);
    await control.sees(viewer, session, (s) => s.mixingMode === 'server' && s.mixSwitch?.state === 'done');
    await toldToStop(host, 'mix');
    expect(switches(host)).toEqual(['switching', 'done'].map((s) => `client>server ${s} client_mix_lost`));
    expect(await control.task(session.mixTaskId)).toMatchObject({ state: 'stopped' });
    await ends(coHosting);
    await nothingLeft(coHosting);
  });

  it('the policy is an admin’s', async () => {
    const { channelId } = await clientMixed();
    const patch = { clientMixFallback: 'server' };
    expect(
      (await control.as<ProblemDetails>('host', 'PATCH', `channels/${channelId}`, patch)).body.code,
    ).toBe('not_allowed');
  });
});

describe('a switch in the running session', () => {
  it('there and back, by the channel and by the session', async () => {
    const coHosting = await serverMixed();
    const { channelId, host, viewer, session } = coHosting;
    await control.as('admin', 'PATCH', `channels/${channelId}`, { mixingMode: 'client' });
    await switched(host, 'switching', 'client');
    await host.until(() => host.of('mix:push').length === 1);
    const during = await control.session(channelId);
    expect(during).toMatchObject({ mixingMode: 'server', mixTaskId: session.mixTaskId });
    expect(during.mixSwitch).toMatchObject({ from: 'server', to: 'client', state: 'switching' });
    expect((await control.task(session.mixTaskId)).state).toBe('running');

    const epoch = await deviceMixes(coHosting);
    expect(epoch).toBeGreaterThan(coHosting.epoch);
    await switched(host, 'done', 'client');
    await control.sees(
      viewer,
      session,
      (s) => s.mixingMode === 'client' && s.mixTaskId !== session.mixTaskId,
    );
    await host.until(
      ([name, p]) => name === 'mix:task' && p.id === session.mixTaskId && p.state === 'stopped',
    );

    expect((await setMode(channelId, 'server', 'host')).body.code).toBe('not_allowed');
    expect((await setMode(channelId, 'client')).body.mixSwitch?.state).toBe('done');
    const asked = await setMode(channelId, 'server');
    expect(asked.status).toBe(202);
    await serverTakesOver(coHosting);
    await toldToStop(host, 'mix');
    expect(switches(host)).toEqual([
      'server>client switching channel_changed',
      'server>client done channel_changed',
      'client>server switching requested',
      'client>server done requested',
    ]);
    expect(viewer.of('live:source').map((p) => p.source)).toEqual(['host', 'mix']);
    await ends(coHosting);
    await nothingLeft(coHosting);
  });

  it('one at a time, however many ask at once; the channel’s wish waits for its turn', async () => {
    const coHosting = await serverMixed();
    const { channelId, host } = coHosting;
    const answers = await Promise.all([1, 2, 3, 4].map(() => setMode(channelId, 'client')));
    expect(answers.map((a) => a.body.code ?? a.status).sort()).toEqual([
      202,
      ...Array<string>(3).fill('mix_switch_running'),
    ]);
    await control.as('admin', 'PATCH', `channels/${channelId}`, { mixingMode: 'client' });
    await control.as('admin', 'PATCH', `channels/${channelId}`, { mixingMode: 'server' });
    await deviceMixes(coHosting);
    await switched(host, 'done', 'client');
    expect(host.of('mix:switch')).toHaveLength(2);
    await ends(coHosting);
    await nothingLeft(coHosting);
  });

  it('ends with the session: the new mix is taken back', async () => {
    const coHosting = await serverMixed();
    const { channelId, host } = coHosting;
    await setMode(channelId, 'client');
    await ends(coHosting);
    expect(switches(host).at(-1)).toBe('server>client rolled_back session_ended');
    await nothingLeft(coHosting);
  });
});

describe('a switch that fails', () => {
  beforeAll(() => control.restart(SHORT));
  afterAll(() => control.restart());

  it('to the host’s device: the old mix stays, and a device that comes too late does not take over', async () => {
    const coHosting = await serverMixed();
    const { channelId, host, session, epoch } = coHosting;
    await setMode(channelId, 'client');
    await host.until(() => host.of('mix:push').length === 1);
    await switched(host, 'rolled_back', 'client');
    await toldToStop(host, 'mix');
    expect(switches(host).at(-1)).toBe('server>client rolled_back switch_timeout');
    const lifted = `channels/${channelId}/promote {"role":"mix","epoch":${epoch + 2},"from":${epoch}}`;
    expect(control.node.commands).toContain(lifted);
    await deviceMixes(coHosting);
    const after = await control.session(channelId);
    expect(after).toMatchObject({ state: 'live', mixingMode: 'server', mixTaskId: session.mixTaskId });
    expect(after.mixSwitch).toMatchObject({ state: 'rolled_back', reason: 'switch_timeout' });
    expect((await control.task(session.mixTaskId)).state).toBe('running');
    expect((await mixPushUrl(channelId)).body.code).toBe('client_mixing_off');
    await ends(coHosting);
    await nothingLeft(coHosting);
  });

  it('to our mixer: the device goes on mixing', async () => {
    const coHosting = await clientMixed();
    const { channelId, host, session, epoch } = coHosting;
    await setMode(channelId, 'server');
    const failed = await target(channelId);
    await switched(host, 'rolled_back', 'server');
    await host.until(([name, p]) => name === 'mix:task' && p.id === failed && p.state === 'stopped');
    const after = await control.session(channelId);
    expect(after).toMatchObject({ state: 'live', mixingMode: 'client', mixTaskId: session.mixTaskId });
    expect(await control.grantOf((await mixPushUrl(channelId)).body)).toMatchObject({ epoch });
    expect(host.of('live:stop-push').map((p) => p.role)).toEqual(['host']);
    await ends(coHosting);
    await nothingLeft(coHosting);
  });
});

describe('a restart in the middle of a switch', () => {
  it('goes on waiting for the new mix', async () => {
    const coHosting = await serverMixed();
    const { channelId, session } = coHosting;
    await setMode(channelId, 'client');
    const before = await control.grantOf((await mixPushUrl(channelId)).body);
    await control.restart();
    const host = await control.online('host', channelId);
    const { role, epoch } = await control.grantOf((await mixPushUrl(channelId)).body);
    expect({ role, epoch }).toMatchObject({ role: 'mix', epoch: before.epoch });
    await control.node.publish(channelId, role, epoch);
    await switched(host, 'done', 'client');
    await control.sees(host, session, (s) => s.mixingMode === 'client');
    await ends({ ...coHosting, host });
    await nothingLeft(coHosting);
  });

  it('sees a new mix that came on the air meanwhile', async () => {
    const coHosting = await clientMixed();
    const { channelId } = coHosting;
    await setMode(channelId, 'server');
    const epoch = await control.epochOf(await target(channelId), coHosting.host);
    await control.restart({}, () => control.node.publish(channelId, 'mix', epoch));
    await until(async () => {
      const { mixingMode, mixSwitch } = await control.session(channelId);
      return mixingMode === 'server' && mixSwitch?.state === 'done';
    }, PATIENCE_MS);
    await ends({ ...coHosting, host: await control.online('host', channelId) });
    await nothingLeft(coHosting);
  });

  it('rolls back what ran out of time meanwhile', async () => {
    const coHosting = await serverMixed();
    const { channelId, session } = coHosting;
    await setMode(channelId, 'client');
    await control.restart({}, () =>
      control.sql(`UPDATE mix_switches SET deadline = now() - interval '1 second'`),
    );
    await until(
      async () => (await control.session(channelId)).mixSwitch?.state === 'rolled_back',
      PATIENCE_MS,
    );
    expect(await control.session(channelId)).toMatchObject({
      mixingMode: 'server',
      mixTaskId: session.mixTaskId,
    });
    await ends({ ...coHosting, host: await control.online('host', channelId) });
    await nothingLeft(coHosting);
  });

  it('stops the mix that lost, where that was still to be done', async () => {
    const coHosting = await serverMixed();
    const { channelId, session } = coHosting;
    await setMode(channelId, 'client');
    const won = await target(channelId);
    await control.restart({}, async () => {
      // As right after the commit that decides it.
      await control.sql(`UPDATE mix_switches SET state = 'done', ended_at = now() WHERE to_task_id = $1`, [
        won,
      ]);
      await control.sql(
        `UPDATE co_host_sessions SET mix_task_id = $1, mixing_mode = 'client' WHERE id = $2`,
        [won, session.id],
      );
    });
    const host = await control.online('host', channelId);
    await until(async () => (await control.task(session.mixTaskId)).state === 'stopped', PATIENCE_MS);
    const { epoch } = await control.grantOf((await mixPushUrl(channelId)).body);
    await control.node.publish(channelId, 'mix', epoch);
    await ends({ ...coHosting, host });
    await nothingLeft(coHosting);
  });
});
