import type { InvitationView, ListView, PkAcceptView, ProblemDetails } from '../../../src/contracts';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { PkFixture, type PkHost, pkOf } from '../../support/fixtures/pk-fixture';
import { until } from '../../support/waiting/until';

jest.setTimeout(90_000);

let control: ControlPlane;
let pk: PkFixture;
let ann: PkHost;
let bea: PkHost;

beforeAll(async () => {
  control = await ControlPlane.start({ MEMBER_GRACE_MS: 300, RESUME_TIMEOUT_MS: 3000 });
}, 60_000);
afterAll(() => control.stop(), 60_000);
beforeEach(async () => {
  pk = await PkFixture.start(control);
  ({ ann, bea } = pk);
});
afterEach(() => control.everybodyLeaves());

const challenges = async ({ hostId, channelId }: PkHost) =>
  (await control.as<ListView<InvitationView>>(hostId, 'GET', `channels/${channelId}/pk/invitations`)).body
    .items;

describe('a challenge', () => {
  it('reaches both hosts, and the one who was asked may reject it, the one who asked withdraw it', async () => {
    const { status, body } = await pk.challenge();
    expect({ status, kind: body.kind, state: body.state }).toEqual({
      status: 201,
      kind: 'pk',
      state: 'pending',
    });
    expect(body).toMatchObject({ channelId: ann.channelId, toChannelId: bea.channelId, durationMs: 60_000 });
    for (const { client } of pk.hosts) {
      await client.until(
        ([name, p]) => name === 'pk:invitation' && p.id === body.id && p.state === 'pending',
      );
    }
    expect((await pk.answer(ann, body.id, 'accept')).body.code).toBe('not_allowed');
    expect((await pk.answer(bea, body.id, 'cancel')).body.code).toBe('not_allowed');
    // It is no invitation to a seat.
    const other = await control.as<ProblemDetails>(
      bea.hostId,
      'POST',
      `co-host/invitations/${body.id}/accept`,
    );
    expect(other.body.code).toBe('invitation_not_found');
    expect((await pk.answer(bea, body.id, 'reject')).body.state).toBe('rejected');
    await ann.client.until(
      ([name, p]) => name === 'pk:invitation' && p.id === body.id && p.state === 'rejected',
    );
    expect((await pk.answer(bea, body.id, 'accept')).body.code).toBe('invalid_transition');

    const again = await pk.challenge();
    expect((await pk.answer(ann, again.body.id, 'cancel')).body.state).toBe('cancelled');
    expect((await challenges(bea)).map(({ state }) => state)).toEqual(['cancelled', 'rejected']);
  });

  it('is answered busy, offline and blocked, each for itself', async () => {
    const refused = async (from: PkHost, to: { channelId: string }) =>
      (await pk.challenge(from, to)).body.code;
    expect(await refused(ann, ann)).toBe('invalid_input');

    const title = 'Nobody is here';
    const away = (await control.as<{ id: string }>(`away-${ann.hostId}`, 'POST', 'channels', { title })).body
      .id;
    expect(await refused(ann, { channelId: away })).toBe('user_offline');

    const rivals = await PkFixture.start(control);
    await rivals.challenge();
    expect(await refused(ann, rivals.ann)).toBe('user_busy');
    expect(await refused(ann, rivals.bea)).toBe('user_busy');
    expect(await refused(rivals.ann, bea)).toBe('invitation_pending');

    await control.as(bea.hostId, 'POST', `channels/${bea.channelId}/im/bans`, { userId: ann.hostId });
    expect(await refused(ann, bea)).toBe('user_blocked');
    await control.as(bea.hostId, 'DELETE', `channels/${bea.channelId}/im/bans/${ann.hostId}`);

    // The host is in a session on another channel of theirs.
    const second = (await control.as<{ id: string }>(bea.hostId, 'POST', 'channels', { title: 'x' })).body.id;
    await pk.seat(bea, `guest-of-${bea.hostId}`);
    expect(await refused(ann, { channelId: second })).toBe('user_busy');
  });

  it('stands alone when both challenge each other at the same moment', async () => {
    const both = await Promise.all([pk.challenge(ann, bea), pk.challenge(bea, ann)]);
    const codes = both.map(({ status, body }) => body.code ?? status).sort();
    expect(codes).toEqual([201, 'invitation_pending']);
  });

  it('expires while no API is there', async () => {
    const { body } = await pk.challenge();
    await control.restart({}, async () => {
      await control.sql(`UPDATE invitations SET expires_at = now() - interval '1 second' WHERE id = $1`, [
        body.id,
      ]);
    });
    expect((await pk.answer(bea, body.id, 'accept')).body.code).toBe('invalid_transition');
    await until(async () => (await challenges(ann))[0]!.state === 'expired', 10_000);
  });

  it('is void when one of the channels is deleted', async () => {
    const { body } = await pk.challenge();
    await control.as(bea.hostId, 'DELETE', `channels/${bea.channelId}`);
    expect((await pk.answer(bea, body.id, 'accept')).body.code).toBe('channel_not_found');
  });

  it('makes one match of two acceptances at the same moment', async () => {
    const { body } = await pk.challenge();
    const both = await Promise.all([
      pk.answer<PkAcceptView>(bea, body.id, 'accept'),
      pk.answer<PkAcceptView>(bea, body.id, 'accept'),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await pk.match(ann)).id).toBe((await pk.match(bea)).id);
    await control.as('admin', 'DELETE', pkOf(ann));
  });
});
