/** What an operator sees of the whole system. */
import type { ChannelView, OverviewView, SeriesView, WebhookCreatedView } from '../../../src/contracts';
import { OverviewRepository } from '../../../src/platform/overview/overview.repository';
import { OverviewWatch } from '../../../src/platform/overview/overview.watch';
import type { StreamSnapshot } from '../../../src/media/contract';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { until } from '../../support/waiting/until';

let control: ControlPlane;
beforeEach(async () => {
  control = await ControlPlane.start({ ROLE: 'api', WEBHOOK_ALLOW_PRIVATE: true });
}, 60_000);
afterEach(async () => {
  control.everybodyLeaves();
  await control.stop();
});

const overview = () => control.api.must<OverviewView>('admin', 'GET', 'overview');
/** The first for which it holds. */
async function untilIt(holds: (view: OverviewView) => boolean): Promise<OverviewView> {
  let view = await overview();
  await until(async () => holds((view = await overview())));
  return view;
}
const series = (query: string) => control.api.must<SeriesView>('admin', 'GET', `overview/series?${query}`);
const stream = (bitrate: number, warnings: StreamSnapshot['warnings'] = []): StreamSnapshot => ({
  transport: 'rtmp',
  video: { codec: 'h264', profile: 'high', width: 320, height: 240, fps: 15, bitrate },
  audio: { codec: 'aac', sampleRate: 48_000, channels: 2, bitrate: 100_000 },
  usualBitrate: 6_000_000,
  warnings,
});
const look = () => control.api.get(OverviewWatch).sweep();

it('counts what there is, and shows who has waited longest', async () => {
  const { channelId } = await control.begin();
  await control.node.watch(channelId, 7);
  await control.node.measure(channelId, stream(3_900_000));
  for (const user of ['first', 'second']) {
    await control.online(user, channelId);
    await control.api.must(user, 'POST', `channels/${channelId}/co-host/invitations`, { kind: 'apply' });
  }
  const view = await untilIt(({ figures }) => figures.outBitrate > 0 && figures.applications === 2);
  expect(view.figures).toMatchObject({
    ...{ channels: 1, onAir: 1, bypassOnAir: 0, calls: 1, pks: 0, viewers: 7, outBitrate: 4_000_000 },
    ...{ applications: 2, applicationChannels: 1, peopleInCalls: 2 },
  });
  expect(view.applicants.map(({ userId }) => userId)).toEqual(['first', 'second']);
  expect(view.applicants[0]).toMatchObject({ channelId, userName: expect.any(String) as string });
  expect(view.nodes).toMatchObject([
    { id: 'node-1', alive: true, viewers: 7, load: expect.any(Number) as number },
  ]);
});

it('says what is wrong, since when, and until it is over', async () => {
  const { id } = await control.api.must<ChannelView>('host', 'POST', 'channels', { title: 'Sunset run' });
  await control.push(id);
  await control.node.measure(id, stream(1_000_000, ['b_frames', 'low_bitrate']));
  const alarmed = await untilIt(({ alarms }) => alarms.length > 0);
  expect(alarmed.alarms).toEqual([
    {
      code: 'low_bitrate',
      subject: { type: 'channel', id, name: 'Sunset run' },
      ...{ channelId: id, reason: null, value: 1_100_000, expected: 6_000_000 },
      since: alarmed.at,
    },
  ]);
  await look();
  const since = (await overview()).alarms[0]!.since;
  await untilIt(({ at }) => at > since);
  await look();
  expect((await overview()).alarms[0]!.since).toBe(since);

  await control.node.measure(id, stream(6_000_000));
  await untilIt(({ alarmsTotal }) => alarmsTotal === 0);
  await look();
  await control.node.measure(id, stream(1_000_000, ['low_bitrate']));
  const again = await untilIt(({ alarmsTotal }) => alarmsTotal === 1);
  expect(again.alarms[0]!.since > since).toBe(true);
});

it('names webhooks that fail and nodes that are lost', async () => {
  const hook = await control.api.must<WebhookCreatedView>('admin', 'POST', 'webhooks', {
    url: 'http://127.0.0.1:9/in?key=secret',
  });
  await control.sql(
    `UPDATE webhooks SET failures = 14, broken_since = '2026-11-01T10:00:00Z', probe_at = now()
    + interval '1 hour' WHERE id = $1`,
    [hook.id],
  );
  await control.sql(`INSERT INTO media_nodes (id, boot_id, alive, last_seen_at) VALUES
    ('gone', 'b', false, now() - interval '1 hour'), ('long-gone', 'b', false, now() - interval '2 days')`);
  const { alarms, nodes } = await untilIt(({ alarmsTotal }) => alarmsTotal === 2);
  expect(alarms).toMatchObject([
    { code: 'node_lost', subject: { type: 'node', id: 'gone' } },
    {
      ...{ code: 'webhook_failing', value: 14, since: '2026-11-01T10:00:00.000Z' },
      subject: { type: 'webhook', id: hook.id, name: '127.0.0.1:9' },
    },
  ]);
  expect(nodes.map(({ id, alive }) => [id, alive])).toEqual([
    ['gone', false],
    ['node-1', true],
  ]);
});

it('writes a figure down once a minute, and keeps fewer of what is older', async () => {
  await look();
  const { subject, atMs } = (await series('name=viewers')).lines[0]!;
  expect(subject).toBeNull();
  expect(atMs.map((at) => at % 60_000)).toEqual(atMs.map(() => 0));
  // Another process was first.
  const rows = control.api.get(OverviewRepository);
  const minute = new Date(Date.now() - (Date.now() % 60_000) - 600_000);
  for (const value of [3, 4]) await rows.addSamples([{ name: 'viewers', subject: '', value }], minute);
  expect((await series('name=viewers')).lines[0]!.values[0]).toBe(3);
  expect((await series('name=node_load')).lines.map(({ subject }) => subject)).toEqual(['node-1']);

  await control.sql(`INSERT INTO overview_samples (name, subject, at, value)
    SELECT 'on_air', '', date_trunc('hour', now()) - n * interval '1 minute', n FROM generate_series(60, 12000) n`);
  await rows.forgetOld();
  const all = (await series('name=on_air&since=2000-01-01')).lines[0]!.atMs;
  const steps = new Map<number, number>();
  for (const [index, at] of all.slice(1).entries()) {
    const step = (at - all[index]!) / 60_000;
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  // Six days by five minutes, and 22 to 23 hours by the minute.
  expect(steps.get(5)).toBeGreaterThan(6 * 288 - 15);
  expect(steps.get(5)).toBeLessThanOrEqual(6 * 288 + 12);
  expect(steps.get(1)).toBeGreaterThan(22 * 60 - 2);
  expect(Date.now() - all[0]!).toBeLessThan(7 * 24 * 3_600_000 + 300_000);
  const recent = (await series(`name=on_air&since=${new Date(Date.now() - 3 * 3_600_000).toISOString()}`))
    .lines[0]!;
  expect(recent.atMs.length).toBeLessThan(181);
  for (const query of ['name=nonsense', 'name=viewers&since=2026-W01-1', 'name=viewers&since=2026-13-01', ''])
    expect((await control.as('admin', 'GET', `overview/series?${query}`)).status).toBe(400);
});
