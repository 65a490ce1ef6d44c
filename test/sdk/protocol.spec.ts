/** docs/mas-protocol.md is enough to write a client: one that was written from it goes through a call. */
import type { CoHostView, ConferenceView, JoinView, WebhookCreatedView } from '../../src/contracts';
import { SyntheticMicrophone } from '../../src/demo/synthetic/synthetic-media';
import { Pace } from '../../src/demo/synthetic/pace';
import { SyntheticParticipant } from '../../src/demo/synthetic/synthetic-participant';
import { verifyWebhook } from '../../sdk/src/server';
import { probeCapture } from '../e2e/support/probe-capture';
import { firstGrid, GUEST, HOST, OWN, StoryFixture } from '../e2e/support/story-fixture';
import { WebhookReceiver } from '../support/fakes/webhook-receiver';
import type { FlvCapture } from '../support/media/flv-capture';
import { silentLogger } from '../support/media/silent-logger';
import { until } from '../support/waiting/until';
import { becomes } from './support/node-person';
import { type InRoom, People } from './support/people';
import { ProtocolClient } from './support/protocol-client';
import type { Slot } from './support/protocol-session';

jest.setTimeout(180_000);

const OPUS_MS = 20;
const [SPS, STAP_A] = [7, 24];
/** So long the mix shows the last picture of who is gone. */
const PLACEHOLDER_MS = 2000;

let story: StoryFixture;
let people: People;
let backend: WebhookReceiver;
let secret: string;
const clients: ProtocolClient[] = [];

beforeAll(async () => {
  story = await StoryFixture.start({ WEBHOOK_ALLOW_PRIVATE: 'true' });
  people = new People(story.app);
  backend = await WebhookReceiver.start();
  const admin = await story.app.token('admin', 'Admin', 'admin');
  const made = await story.app.api<WebhookCreatedView>('POST', '/v1/webhooks', { url: backend.url }, admin);
  secret = made.body.secret;
});
afterAll(async () => {
  clients.forEach((client) => client.close());
  people.close();
  backend.stop();
  await story.stop();
});

function client(...[options]: ConstructorParameters<typeof ProtocolClient>): ProtocolClient {
  const made = new ProtocolClient(options);
  clients.push(made);
  return made;
}

const packetsOf = (guest: ProtocolClient, mid: string) => guest.session?.received.get(mid)?.packets ?? 0;
const slotsOf = (guest: ProtocolClient, userId: string): Slot[] =>
  guest.session?.slots.filter((slot) => slot.userId === userId) ?? [];
/** Of what the viewer got. */
function secondsOf({ tags }: FlvCapture): number {
  const [first, last] = [tags.find(({ kind }) => kind === 'video'), tags.at(-1)];
  return ((last?.ptsMs ?? 0) - (first?.ptsMs ?? 0)) / 1000;
}
/** Sound and picture of this user arrive. */
const gets = (guest: ProtocolClient, userId: string) =>
  until(() => {
    const slots = slotsOf(guest, userId);
    return slots.length === 2 && slots.every(({ mid }) => packetsOf(guest, mid) > 20);
  }, 30_000);

it('a guest goes on the air with it, is cut off, and comes back to the same place', async () => {
  const { app, channelId } = story;
  const viewer = (await story.startHostPush(), await story.watch());
  const token = await app.token(GUEST.userId, GUEST.name);
  const host: InRoom = await people.enter(channelId, 'host', HOST);
  await becomes(host.room.joined, Boolean);
  await app.api('POST', `/v1/channels/${channelId}/co-host/invitations`, { kind: 'apply' }, token);
  const [application] = await becomes(host.invitations.queue, (queue) => queue.length > 0);
  host.coHosting.told(await host.invitations.accept(application!.id));

  // §2: the conference's id is told by the session.
  const session = await app.api<CoHostView>('GET', `/v1/channels/${channelId}/co-host`, undefined, token);
  const { conferenceId } = session.body;
  const color = `#${GUEST.color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  const guest = client({ api: app.url, conferenceId, token, color, tone: GUEST.tone });
  await until(() => guest.state === 'connected', 30_000);
  await gets(guest, HOST.userId);
  const before = slotsOf(guest, HOST.userId);
  const video = guest.session!.received.get(before[1]!.mid)!.first;
  // §6: payload types are the server's, and a keyframe comes first: an SPS, here beside others in a STAP-A.
  expect(video.header.payloadType).toBe(108);
  expect([video.payload[0]! & 0x1f, video.payload[3]! & 0x1f]).toEqual([STAP_A, SPS]);
  await becomes(host.call.remotes, (others) => others.get(GUEST.userId)?.getTracks().length === 2);
  await becomes(host.room.source, (source) => source === 'mix');
  await story.stopHostPush();
  await viewer.play(3000);

  guest.session!.cut();
  await until(() => guest.state === 'connecting');
  await until(() => guest.state === 'connected', 30_000);
  await gets(guest, HOST.userId);
  await becomes(host.call.remotes, (others) => others.get(GUEST.userId)?.getTracks().length === 2);
  // §11: the same member and slots, with a fresh token.
  const [first, second] = guest.accesses;
  expect(guest.accesses).toHaveLength(2);
  expect(second!.memberId).toBe(first!.memberId);
  expect(second!.mas.token).not.toBe(first!.mas.token);
  expect(slotsOf(guest, HOST.userId)).toEqual(before);
  const backAt = secondsOf(viewer);
  await viewer.play(PLACEHOLDER_MS + 2500);

  await host.coHosting.remove(GUEST.userId);
  await until(() => guest.state === 'over');
  expect(guest.reason).toBe('removed');
  expect(guest.undocumented).toEqual([]);
  const probe = await probeCapture(viewer);
  const on = firstGrid(probe, [HOST, GUEST], probe.firstTimeWith(OWN.color));
  const again = firstGrid(probe, [HOST, GUEST], backAt + PLACEHOLDER_MS / 1000 + 0.5);
  expect([on, again]).not.toContain(-1);
});

it('what its backend is told of that is signed, and as documented', async () => {
  const types = () => backend.received.map(({ event }) => event.type);
  await until(() => types().includes('co-host.removed'));
  expect(types()).toEqual(
    expect.arrayContaining(['co-host.invitation', 'co-host.session', 'conference.member', 'mix.task']),
  );
  expect(backend.undocumented).toEqual([]);
  for (const { body, signature, event } of backend.received) {
    expect(verifyWebhook({ body, signature, secret }).id).toBe(event.id);
  }
  // What a push notification is made of (docs/webhooks.md).
  const asked = backend.received.find(({ event }) => event.type === 'co-host.invitation')!;
  expect(verifyWebhook({ body: asked.body, signature: asked.signature, secret }).data).toMatchObject({
    ...{ kind: 'apply', state: 'pending', userId: GUEST.userId, hostId: HOST.userId },
  });
});

it('answers a further bank when more send than the first has pairs', async () => {
  const { app } = story;
  const token = await app.token('tess', 'Tess');
  const { body } = await app.api<ConferenceView>('POST', '/v1/conferences', {}, token);
  const microphone = new SyntheticMicrophone('opus', 440);
  const others: SyntheticParticipant[] = [];
  const pace = new Pace(OPUS_MS, (timeMs) => {
    const { data } = microphone.next();
    others.forEach((other) => other.sendAudio(data, timeMs));
  });
  try {
    for (let index = 0; index < 9; index++) {
      const joined = await app.api<JoinView>(
        'POST',
        `/v1/conferences/${body.id}/members`,
        undefined,
        await app.token(`user-${index}`, `User ${index}`),
      );
      const { url, token: access } = joined.body.mas;
      others.push(
        await SyntheticParticipant.join({
          url,
          token: access,
          bindAddress: '127.0.0.1',
          logger: silentLogger,
        }),
      );
    }
    const tess = client({
      ...{ api: app.url, conferenceId: body.id, token, color: '#808080', tone: 300, slotPairs: 16 },
    });
    const heard = () => (tess.session?.slots ?? []).filter(({ mid }) => packetsOf(tess, mid) > 20);
    await until(() => heard().length === 9, 30_000);
    expect(tess.session!.banks).toBe(2);
    expect(new Set(heard().map(({ userId }) => userId)).size).toBe(9);
    expect(tess.undocumented).toEqual([]);
  } finally {
    pace.stop();
    await Promise.all(others.map((other) => other.close()));
    microphone.close();
  }
});
