/** What is over for longer than it is kept is removed, by one process, and nothing else is. */
import type { ChannelView, ConferenceView } from '../../../src/contracts';
import { KEPT, readConfig } from '../../../src/platform/config';
import { DUTIES, LastingConnection } from '../../../src/platform/database';
import { RetentionSweep } from '../../../src/platform/retention/retention.sweep';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { until } from '../../support/waiting/until';

/** What says since when a row is over; all rows of the test are set back there. */
const SINCE = {
  chat_messages: 'sent_at',
  invitations: 'created_at',
  co_host_sessions: 'cleaned_at',
  conferences: 'ended_at',
  mix_tasks: 'updated_at',
  audit_log: 'created_at',
} as const;

describe('retention', () => {
  let control: ControlPlane;
  beforeAll(async () => {
    const kept = Object.keys(KEPT).map((name) => [name, 10]);
    const retention = { ...readConfig({}).retention, ...(Object.fromEntries(kept) as object) };
    control = await ControlPlane.start({ retention, RESUME_TIMEOUT_MS: 200 });
  }, 60_000);
  afterAll(() => control.stop());

  const count = async (table: string) => {
    const [row] = await control.sql<{ n: number }[]>(`SELECT count(*)::int AS n FROM ${table}`);
    return row!.n;
  };
  const counts = async () => Promise.all([...Object.keys(SINCE), ...PARTS].map(count));
  const PARTS = ['co_host_members', 'conference_members', 'co_host_bans'];
  const setBack = async (days: number) => {
    for (const [table, column] of Object.entries(SINCE)) {
      await control.sql(
        `UPDATE ${table} SET ${column} = now() - ${days} * interval '1 day' WHERE ${column} IS NOT NULL`,
      );
    }
  };
  const sweep = () => control.api.get(RetentionSweep).sweep();

  it('removes what is over, with its parts, and leaves what goes on however old it is', async () => {
    const { channelId, host, session } = await control.begin();
    await host.must('room:send', { channelId, text: 'hello' });
    await control.as('host', 'POST', `channels/${channelId}/co-host/bans`, { userId: 'zoe' });
    await control.as('admin', 'POST', 'api-keys', { name: 'k' });
    await control.as<ConferenceView>('host', 'POST', 'conferences', {});
    await until(() => control.api.get(LastingConnection).hasDuty(DUTIES.retention));

    await setBack(400);
    await sweep();
    // A session, its conference and its mix go on; of the rest, what is said once is over when it is said.
    expect(await counts()).toEqual([0, 0, 1, 2, 1, 0, 2, 3, 1]);

    await control.as('host', 'DELETE', `channels/${channelId}/co-host`);
    const cleaned = 'SELECT 1 FROM co_host_sessions WHERE id = $1 AND cleaned_at IS NOT NULL';
    await until(async () => (await control.sql<unknown[]>(cleaned, [session.id])).length === 1);
    await until(
      async () =>
        (await control.sql<unknown[]>(`SELECT 1 FROM mix_tasks WHERE state = 'stopped'`)).length === 1,
    );
    const before = await counts();
    await setBack(9);
    await sweep();
    expect(await counts()).toEqual(before);

    await setBack(11);
    await sweep();
    expect((await counts()).slice(2)).toEqual([0, 1, 0, 0, 0, 1, 0]);
    expect((await control.as<ChannelView>('host', 'GET', `channels/${channelId}`)).status).toBe(200);
  });

  it('takes the channel of a watched conference along', async () => {
    const { id } = (await control.as<ConferenceView>('owner', 'POST', 'conferences', {})).body;
    await control.as('owner', 'PATCH', `bypass-lives/${id}`, { audience: 'open' });
    expect([await count('bypass_lives'), await count(`channels WHERE kind = 'bypass'`)]).toEqual([1, 1]);
    await control.as('owner', 'DELETE', `conferences/${id}`);
    await setBack(11);
    await sweep();
    await until(
      async () => (await count('bypass_lives')) + (await count(`channels WHERE kind = 'bypass'`)) === 0,
    );
    expect((await control.as('owner', 'GET', `conferences/${id}`)).status).toBe(404);
  });

  it('is one process’ duty', async () => {
    const other = await control.startApi();
    const [mine, theirs] = [control.api, other].map((api) =>
      api.get(LastingConnection).hasDuty(DUTIES.retention),
    );
    expect([mine, theirs]).toEqual([true, false]);
    await control.as('admin', 'POST', 'api-keys', { name: 'k' });
    await setBack(11);
    const held = await count('audit_log');
    expect(held).toBeGreaterThan(0);
    await other.get(RetentionSweep).sweep();
    expect(await count('audit_log')).toBe(held);
    await sweep();
    expect(await count('audit_log')).toBe(0);
  });
});
