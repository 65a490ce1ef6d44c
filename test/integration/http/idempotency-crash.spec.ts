/** What a POST with a key has done and its answer are one commit: a process may die at any moment. */
import { randomUUID } from 'node:crypto';
import type { AcceptView, ChannelView, CoHostView, InvitationView, ListView } from '../../../src/contracts';
import { ImFacade } from '../../../src/im';
import { IdempotencyRepository } from '../../../src/platform/idempotency/idempotency.repository';
import type { TestApi } from '../../support/app/test-api';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { until } from '../../support/waiting/until';

let control: ControlPlane;
let api: TestApi;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
  api = control.api;
  jest.spyOn(api.get(ImFacade), 'isOnline').mockResolvedValue(true);
}, 60_000);
afterAll(() => control.stop());

const post = async <T>(who: string, path: string, key: string, body?: object) =>
  api.request<T>('POST', `/v1/${path}`, {
    token: await api.token(who),
    body,
    headers: { 'idempotency-key': key },
  });

/** The next request with a key dies when all is done but its answer: the server rolls back, and nobody tidies up. */
function dieBeforeTheAnswer(): () => void {
  const died = jest.spyOn(IdempotencyRepository.prototype, 'answer').mockImplementationOnce(async () => {
    await api.sql('SELECT pg_terminate_backend(pg_backend_pid())');
    return true;
  });
  const nobody = jest.spyOn(IdempotencyRepository.prototype, 'release').mockResolvedValueOnce();
  return () => {
    expect(died).toHaveBeenCalledTimes(1);
    died.mockRestore();
    nobody.mockRestore();
  };
}
/** A claim of a process that has died runs out. */
const later = () =>
  control.sql(`UPDATE idempotency_keys SET expires_at = now() - interval '1 s' WHERE claim IS NOT NULL`);
const count = async (sql: string, parameters: unknown[]) => {
  const [row] = await api.sql<{ n: number }[]>(`SELECT count(*)::int AS n ${sql}`, parameters);
  return row!.n;
};

describe('a process that dies between what a POST does and its answer', () => {
  it('has done nothing: the client asks again, and it is done once', async () => {
    const [who, key] = [`host-${randomUUID()}`, randomUUID()];
    const restore = dieBeforeTheAnswer();
    expect((await post(who, 'channels', key, { title: 'One' })).status).toBeGreaterThanOrEqual(500);
    restore();
    expect(await count('FROM channels WHERE owner_id = $1', [who])).toBe(0);
    expect((await post(who, 'channels', key, { title: 'One' })).status).toBe(409);
    await later();
    const first = await post<ChannelView>(who, 'channels', key, { title: 'One' });
    expect(first.status).toBe(201);
    expect((await post(who, 'channels', key, { title: 'One' })).body).toEqual(first.body);
    expect(await count('FROM channels WHERE owner_id = $1', [who])).toBe(1);
  });

  it('has done nothing also where one request changes several rooms; what follows is done after the commit', async () => {
    const host = `host-${randomUUID()}`;
    const { id } = await api.must<ChannelView>(host, 'POST', 'channels', { title: 'Show' });
    const asked = { kind: 'apply' };
    const invitation = await api.must<InvitationView>(
      'gina',
      'POST',
      `channels/${id}/co-host/invitations`,
      asked,
    );
    const key = randomUUID();
    const accept = () => post<AcceptView>(host, `co-host/invitations/${invitation.id}/accept`, key);
    const restore = dieBeforeTheAnswer();
    expect((await accept()).status).toBeGreaterThanOrEqual(500);
    restore();
    const sessions = () => count('FROM co_host_sessions WHERE channel_id = $1', [id]);
    expect(await sessions()).toBe(0);
    await later();
    const first = await accept();
    expect(first).toMatchObject({ status: 200, body: { invitation: { state: 'accepted' } } });
    expect(await accept()).toMatchObject({ status: 200, body: first.body });
    expect(await sessions()).toBe(1);
    // The mix is begun by the request itself, not by the sweep seconds later.
    const session = await api.must<CoHostView>(host, 'GET', `channels/${id}/co-host`);
    expect(session.mixTaskId).not.toBeNull();
  });

  it('tells nobody of what was rolled back', async () => {
    const host = `host-${randomUUID()}`;
    const { id } = await api.must<ChannelView>(host, 'POST', 'channels', { title: 'Show' });
    const watcher = await control.online('max', id);
    const key = randomUUID();
    const mute = () => post(host, `channels/${id}/im/mutes`, key, { userId: 'gina', durationMs: 60_000 });
    const restore = dieBeforeTheAnswer();
    await mute();
    restore();
    const mutes = `channels/${id}/im/mutes`;
    expect((await api.must<ListView<unknown>>(host, 'GET', mutes)).items).toEqual([]);
    await later();
    expect((await mute()).status).toBe(201);
    await until(() => watcher.of('room:message').length > 0);
    expect(watcher.of('room:message')).toMatchObject([{ seq: 1, event: 'muted' }]);
    control.everybodyLeaves();
  });
});

describe('a request that takes longer than its claim', () => {
  it('does nothing when another has been served meanwhile', async () => {
    const [name, key] = [`key-${randomUUID()}`, randomUUID()];
    // Nothing that both would lock.
    const ask = async () => (await post('admin', 'api-keys', key, { name })).status;
    const rows = api.get(IdempotencyRepository);
    const answer = rows.answer.bind(rows);
    const slow = jest.spyOn(rows, 'answer').mockImplementationOnce(async (...args) => {
      await later();
      slow.mockRestore();
      expect(await ask()).toBe(201);
      return answer(...args);
    });
    expect(await ask()).toBe(503);
    expect(await count('FROM api_keys WHERE name = $1', [name])).toBe(1);
  });
});
