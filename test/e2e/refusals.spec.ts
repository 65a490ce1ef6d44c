import type {
  AcceptView,
  ChannelView,
  ConferenceView,
  InvitationView,
  JoinView,
  MasServerMessage,
  ProblemDetails,
  PushUrlView,
} from '../../src/contracts';
import WebSocket from 'ws';
import { startApp, type TestApp } from '../support/app/app-process';
import { startPush } from '../support/media/rtmp-pusher';
import { Person } from './support/person';
import { GUEST } from './support/story-fixture';

jest.setTimeout(180_000);

describe('what is refused', () => {
  let app: TestApp;
  let host: string;
  let stranger: string;

  beforeAll(async () => {
    app = await startApp();
    host = await app.token('hana', 'Hana');
    stranger = await app.token('mallory', 'Mallory');
  });
  afterAll(() => app.stop());

  it('a viewer who was not accepted can’t join the conference', async () => {
    const { conferenceId } = await coHosting();
    const answer = await app.api<ProblemDetails>(
      'POST',
      `/v1/conferences/${conferenceId}/members`,
      undefined,
      stranger,
    );
    expect([answer.status, answer.body.code]).toEqual([403, 'not_admitted']);
  });

  it('a token for one conference does not open another, and a garbled one opens nothing', async () => {
    const { conferenceId } = await coHosting();
    const other = await app.api<ConferenceView>('POST', '/v1/conferences', { title: 'Mine' }, stranger);
    const own = await app.api<JoinView>(
      'POST',
      `/v1/conferences/${other.body.id}/members`,
      undefined,
      stranger,
    );
    // The token decides what is joined: with it one is among the members of one's own conference only.
    const joined = await firstMessage(own.body.mas.url, own.body.mas.token);
    expect(joined).toMatchObject({ type: 'joined', memberId: own.body.memberId, members: [] });
    const admin = await app.token('admin', 'Admin', 'admin');
    const members = await app.api<ConferenceView>('GET', `/v1/conferences/${conferenceId}`, undefined, admin);
    expect(members.body.members.map((member) => member.userId)).not.toContain('mallory');

    const [payload, signature] = own.body.mas.token.split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, conferenceId })).toString('base64url');
    const forged = `${changed}.${signature}`;
    expect(await firstMessage(own.body.mas.url, forged)).toMatchObject({
      type: 'closed',
      code: 'token_invalid',
    });
  });

  it('a push with another channel’s key, or with none, fails', async () => {
    const mine = await channel(stranger);
    const theirs = await channel(host);
    const push = await app.api<PushUrlView>('POST', `/v1/channels/${mine}/push-url`, undefined, stranger);
    const stolen = push.body.url.replace(mine, theirs);
    for (const url of [stolen, `${push.body.server}/${theirs}`]) {
      await expect(startPush({ url, color: 'red', tone: 440 })).rejects.toThrow(/ffmpeg ended/);
    }
    const after = await app.api<ChannelView>('GET', `/v1/channels/${theirs}`, undefined, host);
    expect(after.body.source).toBe('none');
  });

  it('a viewer is told why the picture is gone, and sees it again when they may', async () => {
    const id = await channel(host);
    const { url } = (await app.api<PushUrlView>('POST', `/v1/channels/${id}/push-url`, undefined, host)).body;
    const push = await startPush({ url, color: 'red', tone: 440 });
    const viewer = await Person.open(app, `/watch/${id}`, { ...GUEST, userId: 'vera', name: 'Vera' });
    try {
      await viewer.sees('player', '[data-state="playing"]');
      await app.api('POST', `/v1/channels/${id}/viewer-bans`, { userId: 'vera' }, host);
      await viewer.sees('player-refused');
      await app.api('DELETE', `/v1/channels/${id}/viewer-bans/vera`, undefined, host);
      await viewer.sees('player', '[data-state="playing"]');

      const admin = await app.token('admin', 'Admin', 'admin');
      await app.api('POST', `/v1/channels/${id}/suspension`, { note: 'A word with you' }, admin);
      await viewer.sees('suspended');
      await app.api('DELETE', `/v1/channels/${id}/suspension`, undefined, admin);
      await viewer.find('suspended').waitFor({ state: 'detached' });
    } finally {
      await viewer.close();
      await push.stop();
    }
  });

  async function channel(token: string): Promise<string> {
    return (await app.api<ChannelView>('POST', '/v1/channels', { title: 'Show' }, token)).body.id;
  }

  let shows = 0;
  /** A channel with a guest accepted, both of whom are in no other session; answers its session. */
  async function coHosting() {
    const host = await app.token(`hana-${++shows}`, 'Hana');
    const guest = await app.token(`gu-${shows}`, 'Gu');
    const id = await channel(host);
    const path = `/v1/channels/${id}/co-host/invitations`;
    const applied = await app.api<InvitationView>('POST', path, { kind: 'apply' }, guest);
    const accept = `/v1/co-host/invitations/${applied.body.id}/accept`;
    return (await app.api<AcceptView>('POST', accept, undefined, host)).body.session;
  }
});

/** What MAS answers to a join with this token. */
function firstMessage(url: string, token: string): Promise<MasServerMessage> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.once('error', reject);
    socket.once('open', () => socket.send(JSON.stringify({ type: 'join', token })));
    socket.once('message', (data: Buffer) => {
      resolve(JSON.parse(data.toString()) as MasServerMessage);
      socket.close();
    });
  });
}
