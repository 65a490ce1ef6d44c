import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../../src/platform/database';
import { RoomLeft } from '../../../src/im';
import { CoHostApp, Surroundings } from '../../support/fixtures/co-host-fixture';
import { createTestDatabase, type TestDatabase } from '../../support/database/postgres';

let database: TestDatabase;
let rows: DataSource;
let around: Surroundings;
let app: CoHostApp;
let channelId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  around = new Surroundings();
  app = await CoHostApp.start(database.url, around);
  rows = await new DataSource(dataSourceOptions(database.url)).initialize();
}, 60_000);

afterAll(async () => {
  await rows.destroy();
  await app.close();
  await database.drop();
});

beforeEach(async () => {
  // Nobody of an earlier test is on the air, or waits for an answer.
  await rows.query(`UPDATE co_host_members SET state = 'left'`);
  await rows.query(
    `UPDATE co_host_sessions SET state = 'ended', ended_at = now(), cleaned_at = now() WHERE ended_at IS NULL`,
  );
  await rows.query(`UPDATE invitations SET state = 'expired' WHERE state = 'pending'`);
  channelId = around.live.add().id;
});

const invitations = () => `channels/${channelId}/co-host/invitations`;
const apply = (userId: string) => app.as(userId, 'POST', invitations(), { kind: 'apply' });
const invite = (userId: string) => app.as('host', 'POST', invitations(), { kind: 'invite', userId });
const answer = (userId: string, id: string, what: string) =>
  app.as(userId, 'POST', `co-host/invitations/${id}/${what}`);

describe('asking', () => {
  it('is for the host to invite, and both are told', async () => {
    const { status, body } = await invite('gina');
    expect(status).toBe(201);
    expect(body).toMatchObject({
      channelId,
      kind: 'invite',
      state: 'pending',
      userId: 'gina',
      userName: 'gina',
      hostId: 'host',
    });
    await around.im.signal('user:gina', 'co-host:invitation', (i) => i.id === body.id);
    await around.im.signal('user:host', 'co-host:invitation', (i) => i.id === body.id);
    expect((await app.as('gina', 'POST', invitations(), { kind: 'invite', userId: 'max' })).status).toBe(403);
  });

  it('is for viewers to apply, under the name of their token', async () => {
    const { status, body } = await apply('ada');
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'apply', userId: 'ada', userName: 'Name of ada' });
    expect((await apply('host')).status).toBe(403);
    const forAnother = await app.as('ada', 'POST', invitations(), { kind: 'apply', userId: 'max' });
    expect(forAnother.status).toBe(403);
  });

  it('is refused while another of the same viewer is pending, on this channel', async () => {
    await apply('bo');
    expect((await apply('bo')).body.code).toBe('invitation_pending');
    expect((await invite('bo')).body.code).toBe('invitation_pending');
    channelId = around.live.add().id;
    expect((await apply('bo')).status).toBe(201);
  });

  it('gives one of two that ask at the same moment', async () => {
    const both = await Promise.all([apply('cy'), invite('cy')]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('names what is wrong with a request', async () => {
    expect((await app.as('host', 'POST', invitations(), { kind: 'invite' })).body.code).toBe('invalid_input');
    expect((await invite('host')).body.code).toBe('invalid_input');
    expect((await app.as('ada', 'POST', invitations(), { kind: 'pk' })).body.code).toBe('invalid_input');
    channelId = 'nowhere';
    expect((await apply('ada')).body.code).toBe('channel_not_found');
  });
});

describe('the list', () => {
  it('shows the host all of the channel, newest first, and a viewer his own', async () => {
    const first = (await apply('dan')).body.id;
    const second = (await invite('eve')).body.id;
    const seen = async (userId: string) =>
      ((await app.as(userId, 'GET', invitations())).body.items as { id: string }[]).map(({ id }) => id);
    expect(await seen('host')).toEqual([second, first]);
    expect(await seen('admin')).toEqual([second, first]);
    expect(await seen('dan')).toEqual([first]);
    expect(await seen('stranger')).toEqual([]);
  });
});

describe('answering', () => {
  it.each([
    // kind, what, who may, who may not
    ['invite', 'reject', 'gina', ['host', 'stranger', 'admin']],
    ['invite', 'cancel', 'host', ['gina', 'stranger', 'admin']],
    ['invite', 'accept', 'gina', ['host', 'stranger', 'admin']],
    ['apply', 'reject', 'host', ['gina', 'stranger', 'admin']],
    ['apply', 'cancel', 'gina', ['host', 'stranger', 'admin']],
    ['apply', 'accept', 'host', ['gina', 'stranger', 'admin']],
  ])('of kind %s: %s is for %s only', async (kind, what, who, others) => {
    const { id } = (kind === 'invite' ? await invite('gina') : await apply('gina')).body;
    for (const other of others) expect((await answer(other, id, what)).body.code).toBe('not_allowed');
    expect((await answer(who, id, what)).status).toBe(200);
    const state = { reject: 'rejected', cancel: 'cancelled', accept: 'accepted' }[what];
    await around.im.signal('user:gina', 'co-host:invitation', (i) => i.id === id && i.state === state);
    await around.im.signal('user:host', 'co-host:invitation', (i) => i.id === id && i.state === state);
  });

  it('works once', async () => {
    const { id } = (await apply('finn')).body;
    expect((await answer('finn', id, 'cancel')).body.state).toBe('cancelled');
    const again = await answer('host', id, 'accept');
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({
      code: 'invalid_transition',
      args: { from: 'cancelled', to: 'accepted' },
    });
    expect(around.conferences.created.filter((c) => c.admitted[0]?.userId === 'finn')).toEqual([]);
  });

  it('knows no invitation by any other name', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    for (const id of ['nothing', unknown]) {
      expect((await answer('host', id, 'accept')).body.code).toBe('invitation_not_found');
    }
  });
});

describe('an application', () => {
  it('is taken back when its viewer leaves the room; an invitation is not', async () => {
    const applied = (await apply('gus')).body.id;
    const invited = (await invite('ivy')).body.id;
    app.bus.publish(new RoomLeft(channelId, 'ivy'));
    app.bus.publish(new RoomLeft(channelId, 'gus'));
    await around.im.signal(
      'user:gus',
      'co-host:invitation',
      (i) => i.id === applied && i.state === 'cancelled',
    );
    expect((await answer('ivy', invited, 'accept')).status).toBe(200);
  });
});

describe('time', () => {
  // A database of its own: the process of the tests above would do what these are to show of others.
  let own: TestDatabase;
  const start = (ttlMs: number) => CoHostApp.start(own.url, around, { INVITATION_TTL_MS: String(ttlMs) });

  beforeEach(async () => {
    own = await createTestDatabase();
  });
  afterEach(() => own.drop());

  it('makes an invitation expire, once, with two processes', async () => {
    const [one, two] = [await start(300), await start(300)];
    const { id } = (await one.as('jo', 'POST', invitations(), { kind: 'apply' })).body;
    const fits = (i: { id: string; state: string }) => i.id === id && i.state === 'expired';
    await around.im.signal('user:jo', 'co-host:invitation', fits);
    const late = await two.as('host', 'POST', `co-host/invitations/${id}/accept`);
    expect(late.body).toMatchObject({ code: 'invalid_transition', args: { from: 'expired' } });
    await Promise.all([one.close(), two.close()]);
    // All that could tell it again has run by now: closing waits for the sweep and the job at hand.
    const told = around.im.of('user:jo', 'co-host:invitation') as { id: string; state: string }[];
    expect(told.filter(fits)).toHaveLength(1);
  });

  it('is kept over a restart', async () => {
    const before = await start(1500);
    const { id } = (await before.as('kim', 'POST', invitations(), { kind: 'apply' })).body;
    await before.close();
    const after = await start(30_000);
    await around.im.signal('user:kim', 'co-host:invitation', (i) => i.id === id && i.state === 'expired');
    await after.close();
  });

  it('that is over but not noticed yet leaves nothing to accept, and does not stop the next', async () => {
    const app = await start(1);
    const { id } = (await app.as('lea', 'POST', invitations(), { kind: 'apply' })).body;
    const late = await app.as('host', 'POST', `co-host/invitations/${id}/accept`);
    expect(late.body).toMatchObject({ code: 'invalid_transition', args: { from: 'expired' } });
    expect((await app.as('lea', 'POST', invitations(), { kind: 'apply' })).status).toBe(201);
    await app.close();
  });
});
