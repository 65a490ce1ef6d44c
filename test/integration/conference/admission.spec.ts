/** Who comes into a conference: on request, let in again, not while it is locked or full, and not by guessing. */
import type {
  AdmissionRequestView,
  AdmissionView,
  ConferenceView,
  JoinView,
  ListView,
  ProblemDetails,
} from '../../../src/contracts';
import { NumberLookups } from '../../../src/conference/number-lookups';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { until } from '../../support/waiting/until';

let control: ControlPlane;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
}, 60_000);
afterAll(() => control.stop());
afterEach(() => control.everybodyLeaves());

const create = (body: object = {}) => control.api.must<ConferenceView>('owner', 'POST', 'conferences', body);
const join = async (who: string, id: string) => {
  const { status, body } = await control.as<JoinView & { code?: string }>(
    who,
    'POST',
    `conferences/${id}/members`,
  );
  return body.code ?? status;
};
const ask = async (who: string, id: string) => {
  const path = `conferences/${id}/requests`;
  const { body } = await control.as<AdmissionView & { code?: string }>(who, 'POST', path);
  return body.code ?? body.state;
};
const admit = async (who: string, id: string, userId: string) =>
  (await control.as(who, 'POST', `conferences/${id}/admissions`, { userId })).status;
const patch = (id: string, body: object) =>
  control.api.must<ConferenceView>('owner', 'PATCH', `conferences/${id}`, body);

describe('a member who was removed', () => {
  it('is out of an open conference, too, until the owner lets them in again', async () => {
    const { id } = await create();
    expect(await join('gina', id)).toBe(201);
    await control.as('owner', 'DELETE', `conferences/${id}/members/gina`);
    expect(await join('gina', id)).toBe('not_admitted');
    expect(await ask('gina', id)).toBe('not_admitted');
    expect(await admit('gina', id, 'gina')).toBe(403);
    const gina = await control.online('gina');
    expect(await admit('owner', id, 'gina')).toBe(204);
    await gina.until(([name, p]) => name === 'conference:admission' && p.conferenceId === id && p.admitted);
    expect(await join('gina', id)).toBe(201);
    // Who leaves by themselves comes back as they like.
    await control.as('gina', 'DELETE', `conferences/${id}/members/gina`);
    expect(await join('gina', id)).toBe(201);
  });
});

describe('a conference that needs approval', () => {
  it('lets in whom the owner has approved, and nobody else', async () => {
    const { id } = await create({ access: 'approval' });
    const [owner, gina, max] = [
      await control.online('owner'),
      await control.online('gina'),
      await control.online('max'),
    ];
    expect(await join('gina', id)).toBe('approval_needed');
    expect((await control.as('gina', 'GET', `conferences/${id}`)).status).toBe(403);
    expect(await Promise.all([ask('gina', id), ask('gina', id), ask('max', id)])).toEqual(
      Array(3).fill('waiting'),
    );
    await owner.until(([name, p]) => name === 'conference:request' && p.userId === 'max' && p.pending);
    const waiting = async () => {
      const path = `conferences/${id}/requests`;
      return (await control.api.must<ListView<AdmissionRequestView>>('owner', 'GET', path)).items.map(
        (r) => r.userId,
      );
    };
    expect((await waiting()).sort()).toEqual(['gina', 'max']);
    expect((await control.as('gina', 'GET', `conferences/${id}/requests`)).status).toBe(403);
    expect((await control.as('gina', 'DELETE', `conferences/${id}/requests/max`)).status).toBe(403);
    expect(owner.of('conference:request').filter((p) => p.userId === 'gina')).toHaveLength(1);

    expect(await admit('owner', id, 'gina')).toBe(204);
    await gina.until(([name, p]) => name === 'conference:admission' && p.admitted);
    expect(await ask('gina', id)).toBe('admitted');
    expect(await join('gina', id)).toBe(201);
    expect((await control.as('owner', 'DELETE', `conferences/${id}/requests/max`)).status).toBe(204);
    await max.until(([name, p]) => name === 'conference:admission' && !p.admitted);
    await owner.until(([name, p]) => name === 'conference:request' && p.userId === 'max' && !p.pending);
    expect(await waiting()).toEqual([]);
    expect(await join('max', id)).toBe('approval_needed');
    expect((await control.as('owner', 'DELETE', `conferences/${id}/requests/max`)).status).toBe(404);
  });
});

describe('a conference that is locked', () => {
  it('lets nobody new in, but those who were in it', async () => {
    const { id } = await create();
    const gina = await control.online('gina');
    expect(await join('gina', id)).toBe(201);
    expect((await control.as('gina', 'PATCH', `conferences/${id}`, { locked: true })).status).toBe(403);
    expect(await patch(id, { locked: true })).toMatchObject({ locked: true, access: 'open' });
    await gina.until(([name, p]) => name === 'conference:changed' && p.conferenceId === id);
    expect(await join('max', id)).toBe('conference_locked');
    expect(await ask('max', id)).toBe('conference_locked');
    expect(await join('gina', id)).toBe(201);
    expect(await admit('owner', id, 'max')).toBe(204);
    expect(await join('max', id)).toBe(201);
    await patch(id, { locked: false });
    expect(await join('ben', id)).toBe(201);
  });
});

describe('a conference with a limit', () => {
  it('is full for all but its owner, also when many come at once', async () => {
    const { id } = await create({ memberLimit: 2 });
    const people = ['ann', 'ben', 'cleo', 'dan', 'eve', 'finn'];
    const answers = await Promise.all(people.map((who) => join(who, id)));
    expect(answers.filter((answer) => answer === 201)).toHaveLength(2);
    expect(answers.filter((answer) => answer === 'conference_full')).toHaveLength(4);
    const inside = people[answers.indexOf(201)]!;
    expect(await join(inside, id)).toBe(201);
    expect(await join('owner', id)).toBe(201);
    await control.as(inside, 'DELETE', `conferences/${id}/members/${inside}`);
    await control.as('owner', 'DELETE', `conferences/${id}/members/owner`);
    expect(await join('gus', id)).toBe(201);
    expect(await patch(id, { memberLimit: null })).toMatchObject({ memberLimit: null });
    expect(await join('hana', id)).toBe(201);
  });
});

describe('a conference of a co-hosting', () => {
  it('is not changed past its co-hosting', async () => {
    const { session } = await control.begin();
    const path = `conferences/${session.conferenceId}`;
    for (const [method, rest, body] of [
      ['PATCH', '', { locked: true }],
      ['POST', '/admissions', { userId: 'max' }],
    ] as const) {
      const answer = await control.as<ProblemDetails>('host', method, `${path}${rest}`, body);
      expect(answer.body.code).toBe('co_host_conference');
    }
  });
});

describe('watching', () => {
  it('ends for strangers when an open conference is closed to them', async () => {
    const { id } = await create();
    const watch = async () =>
      (await control.as<{ code?: string }>('vic', 'GET', `conferences/${id}/watch`)).body.code;
    expect(await watch()).toBeUndefined();
    await patch(id, { access: 'approval' });
    await until(async () => (await watch()) === 'not_allowed');
  });
});

describe('numbers', () => {
  const show = async (who: string, id: string) =>
    (await control.as<{ code?: string }>(who, 'GET', `conferences/${id}`)).body.code ?? 'found';

  // All that the tests have tried so far came from one address.
  beforeEach(() => control.api.get(NumberLookups)['misses'].clear());

  it('can’t be tried: after some that nobody has, not even the right one is answered', async () => {
    const { id, number } = await create();
    expect(number).toMatch(/^[1-9]\d{10}$/);
    const wrong = (i: number) => `${20_000_000_000 + i}`;
    for (let i = 0; i < 9; i++) expect(await show('guesser', wrong(i))).toBe('conference_not_found');
    expect(await show('guesser', number)).toBe('found');
    // Every door counts.
    const watched = await control.as<ProblemDetails>('guesser', 'POST', `conferences/${wrong(9)}/watch`);
    expect(watched.body.code).toBe('conference_not_found');
    for (const tried of [number, wrong(10)]) expect(await show('guesser', tried)).toBe('rate_limited');
    expect(await join('guesser', number)).toBe('rate_limited');
    expect(await show('guesser', id)).toBe('found');
    expect(await show('somebody', number)).toBe('found');
    // One address is good for some more, whoever asks.
    for (let i = 0; i < 20; i++) await show(`guesser-${i}`, wrong(i));
    expect(await show('somebody', number)).toBe('rate_limited');
  });

  it('can’t be tried many at once either', async () => {
    const { number } = await create();
    const tried = [...Array.from({ length: 60 }, (_, i) => `${30_000_000_000 + i}`), number];
    const answers = await Promise.all(tried.map((one) => show('crowd', one)));
    expect(answers.filter((answer) => answer !== 'rate_limited')).toHaveLength(10);
    expect(answers.at(-1)).toBe('rate_limited');
  });
});
