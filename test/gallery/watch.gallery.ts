/** A show as its viewers have it: on the air, co-hosted, in a PK, and when there is none. */
import { join } from 'node:path';
import type { ChannelView, InvitationView, PkMatchView, PushUrlView } from '../../src/contracts';
import { startApp, type TestApp } from '../support/app/app-process';
import type { FfmpegPush } from '../support/media/rtmp-pusher';
import { until } from '../support/waiting/until';
import { IMAGES, type Look, Sitter } from './support/gallery';
import type { Scene } from './support/scene-media';
import { pushScene } from './support/scene-push';

jest.setTimeout(400_000);

const ANN = { userId: 'ann', name: 'Ann Weaver', scene: 'ann', tone: 500 } as const;
/** In no other show. */
const ANNA = { ...ANN, userId: 'anna' } as const;
const CAI = { userId: 'cai', name: '蔡小姐', scene: 'cai', tone: 700 } as const;
const BOB = { userId: 'bob', name: 'Bob Keller', scene: 'bob', tone: 600 } as const;
const DAN = { userId: 'dan', name: 'Dan', scene: 'dan' } as const;
const TALK: [userId: string, name: string, text: string][] = [
  ['yuki', 'Yuki', '主播晚上好'],
  ['sara', 'Sara Okafor', 'Duet was lovely, thanks for having me up there'],
  ['mei', 'Mei Lin', 'Two of my favourites in one picture, finally'],
  ['tom', 'Tom R.', 'Is that the new acoustic? Sounds so warm.'],
  ['yuki', 'Yuki', '第一次听你们合唱，太好听了'],
  ['ann', 'Ann Weaver', 'You all are wonderful. Three minutes!'],
  ['dan', 'Dan', 'that harmony'],
];
const WIDTHS: [name: string, look: Look][] = [
  ['desktop', {}],
  ['wide', { screen: 'wide' }],
  ['laptop', { screen: 'laptop' }],
  ['tablet', { screen: 'tablet', language: 'zh-CN' }],
  ['phone-zh', { screen: 'phone', language: 'zh-CN' }],
];

let app: TestApp;
const pushes: FfmpegPush[] = [];
const sitters: Sitter[] = [];
beforeAll(async () => (app = await startApp()));
afterEach(async () => {
  await Promise.all(sitters.splice(0).map((sitter) => sitter.close()));
  await Promise.all(pushes.splice(0).map((push) => push.stop()));
});
afterAll(() => app.stop());

interface Show {
  id: string;
  token: string;
}

async function show(owner: { userId: string; name: string }, title: string, scene?: Scene): Promise<Show> {
  const token = await app.token(owner.userId, owner.name);
  const { id } = (await app.api<ChannelView>('POST', '/v1/channels', { title }, token)).body;
  const output = {
    width: 1280,
    height: 720,
    fps: 15,
    gop: 30,
    videoBitrate: 1_500_000,
    audioBitrate: 96_000,
  };
  await app.api('PATCH', `/v1/channels/${id}`, { output }, token);
  if (scene) await push({ id, token }, scene);
  return { id, token };
}

async function push({ id, token }: Show, scene: Scene): Promise<void> {
  const { url } = (await app.api<PushUrlView>('POST', `/v1/channels/${id}/push-url`, undefined, token)).body;
  pushes.push(await pushScene(url, scene));
}

async function open(path: string, person: Parameters<typeof Sitter.open>[2], look?: Look): Promise<Sitter> {
  const sitter = await Sitter.open(app, path, person, look);
  sitters.push(sitter);
  return sitter;
}

/** What people have said, by their own pages. */
async function talk(channelId: string): Promise<void> {
  const { io } = await import('socket.io-client');
  for (const [userId, name, text] of TALK) {
    const socket = io(app.url, { auth: { token: await app.token(userId, name) }, forceNew: true });
    await socket.emitWithAck('room:join', { channelId });
    await socket.emitWithAck('room:send', { channelId, text });
    socket.disconnect();
  }
}

it('a show, at every width', async () => {
  const { id } = await show(ANN, 'Friday night jam', 'ann');
  await talk(id);
  for (const [name, look] of WIDTHS) {
    const viewer = await open(`/watch/${id}`, DAN, look);
    await viewer.sees('player', '[data-state="playing"]');
    await viewer.sees('chat-message');
    await viewer.page.mouse.move(400, 300);
    await viewer.shoot(`watch-${name}`);
    expect(viewer.complaints).toEqual([]);
    await sitters.pop()?.close();
  }
});

it('not on the air, and over', async () => {
  const over = await show(ANN, 'Friday night jam', 'ann');
  const viewer = await open(`/watch/${over.id}`, DAN);
  await viewer.sees('player', '[data-state="playing"]');
  await pushes.pop()?.stop();
  await viewer.sees('ended');
  await viewer.shoot('watch-ended');
  const none = await open(`/watch/${(await show(CAI, '深夜唱歌房')).id}`, DAN, {
    screen: 'phone',
    language: 'zh-CN',
  });
  await none.sees('player', '[data-state="off-air"]');
  await none.shoot('watch-off-air-phone');
});

it('a co-hosting, from the application to the air', async () => {
  const { id, token } = await show(ANN, 'Friday night jam', 'ann');
  const host = await open(`/studio/${id}`, ANN);
  const guest = await open(`/watch/${id}`, BOB);
  await guest.click('apply');
  await guest.sees('device-check');
  await guest.find('apply-confirm').and(guest.page.locator(':enabled')).waitFor();
  await guest.shoot('watch-apply');
  await guest.click('apply-confirm');
  await guest.sees('application-pending');
  await guest.shoot('watch-queue');
  const path = `/v1/channels/${id}/co-host`;
  const { body } = await app.api<{ items: InvitationView[] }>('GET', `${path}/invitations`, undefined, token);
  await app.api('POST', `/v1/co-host/invitations/${body.items[0]!.id}/accept`, undefined, token);
  await guest.sees('stage', '[data-shows="call"]');
  await guest.shoot('watch-in-call');
  await pushes.pop()?.stop();
  await until(
    async () =>
      (await app.api<ChannelView>('GET', `/v1/channels/${id}`, undefined, token)).body.source === 'mix',
    30_000,
  );
  await talk(id);
  for (const [name, look] of [WIDTHS[0]!, WIDTHS[4]!]) {
    const viewer = await open(`/watch/${id}`, DAN, look);
    await viewer.sees('player', '[data-state="playing"]');
    await viewer.page.mouse.move(400, 300);
    // The mix tells who speaks.
    await viewer.page.locator('.speaking').first().waitFor();
    await viewer.shoot(`watch-co-hosting-${name}`);
    await sitters.pop()?.close();
  }
  expect([...host.complaints, ...guest.complaints]).toEqual([]);
});

it('a PK', async () => {
  const home = await show(ANNA, 'Friday night jam', 'ann');
  const away = await show(CAI, '深夜唱歌房', 'cai');
  await open(`/studio/${home.id}`, ANNA);
  const rival = await open(`/studio/${away.id}`, CAI);
  const asked = { channelId: away.id, durationMs: 300_000 };
  await app.api('POST', `/v1/channels/${home.id}/pk/invitations`, asked, home.token);
  await rival.click('pk-accept');
  await rival.click('preflight-confirm', ':enabled');
  const match = async () =>
    (await app.api<PkMatchView>('GET', `/v1/channels/${home.id}/pk`, undefined, home.token)).body;
  await until(async () => (await match())?.state === 'running', 60_000);
  const admin = await app.token('admin', 'Admin', 'admin');
  const { id: matchId } = await match();
  for (const [{ id }, points] of [
    [home, 8460],
    [away, 6125],
  ] as const)
    await app.api('POST', `/v1/channels/${id}/pk/points`, { matchId, points }, admin);
  for (const [name, look] of [WIDTHS[0]!, WIDTHS[4]!]) {
    const viewer = await open(`/watch/${home.id}`, DAN, look);
    await viewer.sees('player', '[data-state="playing"]');
    await viewer.sees('pk-bar', '[data-state="running"]');
    await talk(home.id);
    await viewer.page.mouse.move(400, 300);
    // With what flies over it, which `shoot` would bring to its end.
    await viewer.page.screenshot({ path: join(IMAGES, `watch-pk-${name}.png`) });
    await sitters.pop()?.close();
  }
});
