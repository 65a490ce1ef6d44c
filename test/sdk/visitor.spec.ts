/** Somebody who opens a share link: reads along, gives a name, is the same person again, and is put out with the link. */
import { Lianmai, Visitor, type VisitorStorage } from '@lianmai/client';
import type { ChannelView, ShareLinkView } from '../../src/contracts';
import { startApp, type TestApp } from '../support/app/app-process';
import { becomes } from './support/node-person';

jest.setTimeout(120_000);

let app: TestApp;
const open: Lianmai[] = [];
beforeAll(async () => {
  app = await startApp({});
}, 90_000);
afterEach(() => open.splice(0).forEach((lianmai) => lianmai.close()));
afterAll(() => app.stop());

function memory(): VisitorStorage {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}
function clientOf(visitor: Visitor): Lianmai {
  const lianmai = new Lianmai({ url: app.url, token: visitor.token });
  open.push(lianmai);
  return lianmai;
}

it('a visitor reads along, gives a name, writes and likes, until the link is another one', async () => {
  const owner = await app.token('olga', 'Olga');
  const { id } = (await app.api<ChannelView>('POST', '/v1/channels', { title: 'Open show' }, owner)).body;
  const share = async () =>
    (await app.api<ShareLinkView>('POST', `/v1/channels/${id}/share-link`, {}, owner)).body.code;
  const storage = memory();
  const visitor = new Visitor({ code: await share(), url: app.url, storage });
  const { channelId, user } = await visitor.begin();
  expect(channelId).toBe(id);
  const lianmai = clientOf(visitor);
  expect((await lianmai.api.playback(channelId)).flv).toContain(channelId);
  const room = lianmai.room(channelId);
  await becomes(room.joined, Boolean);
  expect([room.online.value, room.onlineCount.value]).toEqual([[], 1]);
  await expect(room.chat.send('hello')).rejects.toMatchObject({ code: 'name_required' });
  await expect(visitor.introduce(lianmai, 'OLGA')).rejects.toMatchObject({ code: 'name_refused' });
  expect(visitor.name.value).toBe('');
  await visitor.introduce(lianmai, 'Vic');
  expect(visitor.name.value).toBe('Vic');
  await becomes(room.online, (people) =>
    people.some(({ userId, name }) => userId === user.id && name === 'Vic'),
  );
  await room.chat.send('hello');
  await becomes(room.chat.messages, (messages) => messages.some(({ name }) => name === 'Vic'));
  for (let i = 0; i < 3; i++) room.like();
  await becomes(room.likes, (likes) => likes === 3);

  const code = await share();
  await becomes(lianmai.im.state, (state) => state === 'refused');
  await expect(lianmai.api.getChannel(channelId)).rejects.toMatchObject({ code: 'share_link_not_found' });

  const again = new Visitor({ code, url: app.url, storage });
  expect((await again.begin()).user).toEqual({ ...user, name: 'Vic' });
  const stranger = new Visitor({ code, url: app.url, storage: null });
  expect((await stranger.begin()).user.id).not.toBe(user.id);
});
