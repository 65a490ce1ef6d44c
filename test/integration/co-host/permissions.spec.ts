import { CoHostSessionFixture } from '../../support/fixtures/co-host-session-fixture';

let coHost: CoHostSessionFixture;
beforeAll(async () => {
  coHost = await CoHostSessionFixture.start();
}, 60_000);
afterAll(() => coHost.stop());
beforeEach(() => coHost.nextTest());

describe('who may do what', () => {
  const layout = { kind: 'floating', fit: 'fit', background: '#102030' };
  const output = { width: 320, height: 240, fps: 10, gop: 20, videoBitrate: 400_000, audioBitrate: 64_000 };

  it.each([
    ['PATCH', '', { layout }, { host: 200, gina: 403, stranger: 403, admin: 200 }],
    ['PATCH', '', { output }, { host: 200, gina: 403, stranger: 403, admin: 200 }],
    [
      'PATCH',
      '/members/gina',
      { audio: false },
      { host: 200, gina: 200, stranger: 403, max: 403, admin: 200 },
    ],
    [
      'PATCH',
      '/members/gina',
      { gain: 0.5 },
      { host: 200, gina: 403, stranger: 403, max: 403, 'other-host': 403, admin: 200 },
    ],
    ['PATCH', '/members/host', { gain: 2 }, { host: 200, gina: 403, admin: 200 }],
    ['PATCH', '/members/host', { audio: false }, { host: 200, gina: 403 }],
    ['PATCH', '/members/nobody', { audio: false }, { host: 404, gina: 403 }],
    ['DELETE', '/members/nobody', undefined, { host: 404, gina: 403 }],
    ['DELETE', '/members/host', undefined, { gina: 403, host: 204 }],
    ['DELETE', '/members/gina', undefined, { max: 403, stranger: 403, admin: 403, gina: 204, host: 404 }],
    ['DELETE', '', undefined, { gina: 403, stranger: 403, host: 204 }],
    ['DELETE', '', undefined, { admin: 204 }],
  ])('%s co-host%s', async (method, rest, body, expected) => {
    await coHost.seat('gina');
    await coHost.seat('max');
    for (const [who, status] of Object.entries(expected)) {
      expect([who, (await coHost.as(who, method, coHost.path(rest), body)).status]).toEqual([who, status]);
    }
  });

  it('needs a session, and a body that makes sense', async () => {
    expect((await coHost.as('host', 'GET', coHost.path())).status).toBe(204);
    expect((await coHost.as('host', 'DELETE', coHost.path())).body.code).toBe('session_not_found');
    await coHost.seat('gina');
    const wrong = await coHost.as('host', 'PATCH', coHost.path(), { layout: { kind: 'pile' } });
    expect(wrong.body.code).toBe('invalid_input');
    for (const set of [{ width: 321 }, { fps: 100 }, { videoBitrate: 1 }, { gop: undefined }]) {
      const { body } = await coHost.as('host', 'PATCH', coHost.path(), { output: { ...output, ...set } });
      expect([set, body.code]).toEqual([set, 'invalid_input']);
    }
    const member = (body: object) => coHost.as('host', 'PATCH', coHost.path('/members/gina'), body);
    for (const body of [{ audio: 'no' }, { gain: -0.1 }, { gain: 2.01 }, { gain: '1' }, { gain: null }]) {
      expect([body, (await member(body)).body.code]).toEqual([body, 'invalid_input']);
    }
    expect((await coHost.session()).members[1]).toMatchObject({ audio: true, gain: 1 });
  });
});
