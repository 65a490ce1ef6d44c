import { Signer } from '../../../src/auth';
import type {
  ConferenceMemberView,
  ConferenceView,
  JoinView,
  ListView,
  ProblemDetails,
} from '../../../src/contracts';
import type { TestApi } from '../../support/app/test-api';
import type { FakeNodes } from '../../support/fakes/fake-nodes';
import { ConferenceFixture } from '../../support/fixtures/conference-fixture';
import { until } from '../../support/waiting/until';

const owner = 'owner';
const guest = 'guest';
const stranger = 'stranger';
const admin = 'admin';

describe('conference', () => {
  let fixture: ConferenceFixture;
  let api: TestApi;
  let nodes: FakeNodes;
  beforeAll(async () => {
    fixture = await ConferenceFixture.start();
    ({ api, nodes } = fixture);
  });
  beforeEach(() => fixture.nextTest());
  afterAll(() => fixture.stop());

  const service = () => fixture.facade;
  const create = (access: 'open' | 'members') => fixture.create(access);
  const join = <T = JoinView>(caller: string, idOrNumber: string) => fixture.join<T>(caller, idOrNumber);
  const stateOf = (id: string, userId: string) => fixture.stateOf(id, userId);

  it('is created with its owner admitted, and found by id and by number', async () => {
    const created = await create('open');
    expect(created).toMatchObject({
      number: expect.stringMatching(/^[1-9]\d{10}$/) as string,
      title: `name of owner's conference`,
      state: 'open',
      members: [{ userId: 'owner', state: 'invited', audio: true, video: true }],
    });
    for (const key of [created.id, created.number]) {
      const shown = await api.as<ConferenceView>(guest, 'GET', `conferences/${key}`);
      expect(shown).toMatchObject({ status: 200, body: { id: created.id } });
    }
    for (const key of ['000000000', 'x', '01b6c1c0-3c1f-4bd1-a5c8-6a6a2a2f4f11']) {
      const answer = await api.as<ProblemDetails>(guest, 'GET', `conferences/${key}`);
      expect(answer).toMatchObject({ status: 404, body: { code: 'conference_not_found' } });
    }
  });

  it('answers a join with access to MAS, and again with a fresh token for the same member', async () => {
    const { id, number } = await create('open');
    const first = await join(guest, number);
    expect(first).toMatchObject({
      status: 201,
      body: { conference: { id }, mas: { url: 'wss://node-a.example/mas', iceServers: [] } },
    });
    const grant = await api.get(Signer).verify('mas', first.body.mas.token);
    expect(grant).toMatchObject({
      conferenceId: id,
      memberId: first.body.memberId,
      userId: 'guest',
      name: 'name of guest',
      audio: true,
      video: true,
    });
    expect((await join(guest, id)).body.memberId).toBe(first.body.memberId);
    expect(fixture.toldOf(id).filter((line) => line === 'guest joined')).toHaveLength(1);
  });

  it('makes one member of two joins at once', async () => {
    const { id } = await create('open');
    const joins = await Promise.all(Array.from({ length: 8 }, () => join(guest, id)));
    expect(new Set(joins.map(({ body }) => body.memberId)).size).toBe(1);
    expect(joins.every(({ status }) => status === 201)).toBe(true);
    expect((await service().members(id)).filter(({ userId }) => userId === 'guest')).toHaveLength(1);
  });

  it('lets only those who were admitted into a conference for members', async () => {
    const { id } = await create('members');
    const refused = { status: 403, body: { code: 'not_admitted' } };
    expect(await join<ProblemDetails>(stranger, id)).toMatchObject(refused);
    expect(await join<ProblemDetails>(admin, id)).toMatchObject(refused);
    expect(await api.as(stranger, 'GET', `conferences/${id}`)).toMatchObject(refused);
    expect(await api.as(admin, 'GET', `conferences/${id}`)).toMatchObject({ status: 200 });
    expect(await join(owner, id)).toMatchObject({ status: 201 });

    await service().admit(id, 'guest', 'Guest');
    await service().admit(id, 'guest', 'Guest');
    const { memberId } = (await join(guest, id)).body;
    await service().expel(id, 'guest');
    expect(nodes.closed).toEqual([memberId]);
    expect(await join<ProblemDetails>(guest, id)).toMatchObject(refused);
    await service().expel(id, 'guest');

    await service().admit(id, 'guest', 'Guest');
    const again = await join(guest, id);
    expect(again.status).toBe(201);
    expect(again.body.memberId).not.toBe(memberId);
  });

  it('puts out whom was meant, not one who was let in again since', async () => {
    const { id } = await create('members');
    await service().admit(id, 'guest', 'Guest');
    await join(guest, id);
    const seen = async () => (await service().members(id)).find(({ userId }) => userId === 'guest')!;
    const { admission } = await seen();
    await service().admit(id, 'guest', 'Guest');
    await service().expel(id, 'guest', admission);
    expect(await seen()).toMatchObject({ state: 'joined', admission: admission + 1 });
    expect((await join(guest, id)).status).toBe(201);
    await service().expel(id, 'guest', admission + 1);
    expect((await seen()).state).toBe('left');
    expect((await join(guest, id)).status).toBe(403);
  });

  it('lets a member who left come back, and shows only who is there', async () => {
    const { id } = await create('members');
    await service().admit(id, 'guest', 'Guest');
    await join(guest, id);
    const path = `conferences/${id}/members/guest`;
    expect(await api.as(guest, 'DELETE', path)).toMatchObject({ status: 204 });
    expect(await api.as(guest, 'DELETE', path)).toMatchObject({ status: 204 });
    expect(await stateOf(id, 'guest')).toBe('left');
    const shown = await api.as<ConferenceView>(owner, 'GET', `conferences/${id}`);
    expect(shown.body.members.map(({ userId }) => userId)).toEqual(['owner']);
    expect(await join(guest, id)).toMatchObject({ status: 201 });
  });

  it('lists what one owns or is in; an admin sees all', async () => {
    const mine = await create('open');
    const ids = async (caller: string) => {
      const { body } = await api.as<ListView<ConferenceView>>(caller, 'GET', 'conferences');
      return body.items.map(({ id }) => id);
    };
    expect(await ids(owner)).toContain(mine.id);
    expect((await ids(admin))[0]).toBe(mine.id);
    expect(await ids('nobody')).toEqual([]);
    await join('nobody', mine.id);
    expect(await ids('nobody')).toEqual([mine.id]);
  });

  it('mutes by the member, the owner and an admin, and nobody else', async () => {
    const { id } = await create('open');
    const { memberId } = (await join(guest, id)).body;
    const patch = <T = ConferenceMemberView>(caller: string, body: unknown) =>
      api.as<T>(caller, 'PATCH', `conferences/${id}/members/guest`, body);
    expect(await patch(stranger, { audio: false })).toMatchObject({
      status: 403,
      body: { code: 'not_allowed' },
    });
    expect((await patch(owner, { audio: false })).body).toMatchObject({ audio: false, video: true });
    expect((await patch(admin, { video: false })).body).toMatchObject({ audio: false, video: false });
    // What the owner or an admin has muted they unmute.
    for (const body of [{ video: true }, { audio: true }, { audio: true, video: false }]) {
      expect(await patch(guest, body)).toMatchObject({ status: 403, body: { code: 'muted_by_host' } });
    }
    expect((await patch(admin, { video: true })).body).toMatchObject({ audio: false, video: true });
    expect(nodes.permissions.at(-1)).toMatchObject({ memberId, audio: false, video: true });
    expect(await patch(owner, { audio: 'no' })).toMatchObject({ status: 400 });
    // A token made before the mute is put right when its member connects.
    fixture.media(id, memberId, 'guest', true);
    await until(() => nodes.permissions.length === 4);
    expect(nodes.permissions.at(-1)).toMatchObject({ memberId, audio: false, video: true });
  });

  it('hides a screen with the camera, unless its owner only has their own camera off', async () => {
    const { id } = await create('open');
    const { memberId } = (await join(guest, id)).body;
    const patch = (caller: string, video: boolean) =>
      api.as(caller, 'PATCH', `conferences/${id}/members/guest`, { video });
    await patch(guest, false);
    expect(nodes.permissions.at(-1)).toMatchObject({ memberId, video: false, screen: true });
    await patch(owner, false);
    expect(nodes.permissions.at(-1)).toMatchObject({ memberId, video: false, screen: false });
    await patch(owner, true);
    expect(nodes.permissions.at(-1)).toMatchObject({ memberId, video: false, screen: true });
  });

  it('gives a member who was let in by another moderator to that one, not to the owner, who may not end it then', async () => {
    const { id } = await create('members');
    const address = `conferences/${id}`;
    const ask = async (caller: string, method: string, userId?: string) => {
      const path = userId ? `${address}/members/${userId}` : address;
      const body = method === 'PATCH' ? { audio: false } : undefined;
      return (await api.as<{ code?: string } | null>(caller, method, path, body)).body?.code ?? 'done';
    };
    await service().admit(id, 'guest', 'Guest');
    await service().admit(id, 'other', 'Other', undefined, { moderatorId: 'stranger' });
    for (const method of ['PATCH', 'DELETE']) {
      expect(await ask(owner, method, 'other')).toBe('not_allowed');
      expect(await ask(stranger, method, 'guest')).toBe('not_allowed');
      expect(await ask(stranger, method, 'owner')).toBe('not_allowed');
    }
    expect(await ask(owner, 'DELETE')).toBe('not_allowed');
    expect(await ask(stranger, 'DELETE')).toBe('not_allowed');
    for (const [caller, userId] of [[stranger, 'other'] as const, [owner, 'guest'] as const]) {
      expect(await ask(caller, 'PATCH', userId)).toBe('done');
      expect(await ask(admin, 'PATCH', userId)).toBe('done');
    }
    // A member who is let in again belongs to the one who did so.
    await service().admit(id, 'guest', 'Guest', undefined, { moderatorId: 'stranger' });
    expect(await ask(owner, 'DELETE', 'guest')).toBe('not_allowed');
    expect(await ask(stranger, 'DELETE', 'guest')).toBe('done');
    expect(await ask(stranger, 'DELETE', 'other')).toBe('done');
    expect(await ask(owner, 'DELETE')).toBe('done');
  });

  it('a mute by the owner lies over the own one: neither lifts the other', async () => {
    const { id } = await create('open');
    await join(guest, id);
    const patch = (caller: string, body: unknown) =>
      api.as<ConferenceMemberView>(caller, 'PATCH', `conferences/${id}/members/guest`, body);
    expect((await patch(owner, { audio: false })).body).toMatchObject({
      audio: false,
      audioMutedByHost: true,
    });
    expect((await patch(guest, { audio: false, video: false })).body).toMatchObject({
      ...{ audio: false, audioMutedByHost: true, video: false, videoMutedByHost: false },
    });
    expect((await patch(owner, { audio: true, video: true })).body).toMatchObject({
      ...{ audio: false, audioMutedByHost: false, video: false, videoMutedByHost: false },
    });
    expect((await patch(guest, { audio: true })).body).toMatchObject({ audio: true, video: false });
    expect((await patch(guest, {})).body).toMatchObject({ audio: true, video: false });
  });

  it('a mute by the owner is not lifted by leaving and coming back', async () => {
    const { id } = await create('open');
    await join(guest, id);
    const address = `conferences/${id}/members/guest`;
    await api.as(owner, 'PATCH', address, { audio: false });
    await api.as(guest, 'DELETE', address);
    await join(guest, id);
    const { body } = await api.as<{ code: string }>(guest, 'PATCH', address, { audio: true });
    expect(body.code).toBe('muted_by_host');
  });

  it('a gain is for the owner and admins to set, and outlasts leaving and coming back', async () => {
    const { id } = await create('open');
    await join(guest, id);
    await join(owner, id);
    const patch = (caller: string, userId: string, body: object) =>
      api.as<ConferenceMemberView & ProblemDetails>(
        caller,
        'PATCH',
        `conferences/${id}/members/${userId}`,
        body,
      );
    expect((await patch(owner, 'guest', { gain: 0.3 })).body).toMatchObject({ gain: 0.3, audio: true });
    expect((await patch(admin, 'guest', { gain: 2 })).body).toMatchObject({ gain: 2 });
    expect((await patch(owner, 'owner', { gain: 0 })).body).toMatchObject({ gain: 0, audio: true });
    for (const [caller, userId] of [['guest', 'guest'] as const, ['guest', 'owner'] as const]) {
      expect((await patch(caller, userId, { gain: 1 })).body.code).toBe('not_allowed');
    }
    expect((await patch('stranger', 'guest', { gain: 1 })).body.code).toMatch(/^not_/);
    for (const gain of [-1, 2.1, '1']) {
      expect((await patch(owner, 'guest', { gain })).body.code).toBe('invalid_input');
    }
    await api.as(guest, 'DELETE', `conferences/${id}/members/guest`);
    await join(guest, id);
    const { body } = await api.as<ConferenceView>(owner, 'GET', `conferences/${id}`);
    expect(body.members.map(({ userId, gain }) => [userId, gain])).toEqual(
      expect.arrayContaining([
        ['guest', 2],
        ['owner', 0],
      ]),
    );
  });

  it('one of two at the same moment: after a mute by the owner the member is muted', async () => {
    const { id } = await create('open');
    await join(guest, id);
    const address = `conferences/${id}/members/guest`;
    for (let round = 0; round < 5; round++) {
      await Promise.all([
        api.as(owner, 'PATCH', address, { audio: false }),
        api.as(guest, 'PATCH', address, { audio: true }),
      ]);
      const { body } = await api.as<ConferenceView>(owner, 'GET', `conferences/${id}`);
      expect(body.members.find(({ userId }) => userId === 'guest')).toMatchObject({ audio: false });
      await api.as(owner, 'PATCH', address, { audio: true });
    }
  });

  it('ends once, for everybody and for good', async () => {
    const { id } = await create('open');
    await join(guest, id);
    const end = (caller: string) => api.as(caller, 'DELETE', `conferences/${id}`);
    expect(await end(guest)).toMatchObject({ status: 403 });
    expect(await end(owner)).toMatchObject({ status: 204 });
    expect(await end(owner)).toMatchObject({ status: 204 });
    expect(fixture.toldOf(id).filter((line) => line === 'ended')).toHaveLength(1);
    expect(nodes.closed).toEqual([id]);
    expect(await join<ProblemDetails>(guest, id)).toMatchObject({
      status: 409,
      body: { code: 'conference_ended' },
    });
    await expect(service().admit(id, 'guest', 'Guest')).rejects.toMatchObject({ code: 'conference_ended' });
  });

  it('needs a media node', async () => {
    const { id } = await create('open');
    nodes.alive = [];
    expect(await join<ProblemDetails>(guest, id)).toMatchObject({
      status: 503,
      body: { code: 'media_unavailable' },
    });
  });
});
