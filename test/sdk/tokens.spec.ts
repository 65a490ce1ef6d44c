/** Tokens that end in the middle: each is good for a few seconds here, and whoever uses the client notices nothing. */
import type { ConnectionState } from '@lianmai/client';
import { Signer } from '../../src/auth/tokens/signer';
import { startApp, type TestApp } from '../support/app/app-process';
import type { ChannelView } from '../../src/contracts';
import { Network } from './support/network';
import { becomes, NodePerson } from './support/node-person';

jest.setTimeout(120_000);

const AUTH_SECRET = 'a secret that tests may know, of 32 bytes and more';
const LIFE_S = 6;
/** Of the life of several. */
const TOKENS = 4;

let app: TestApp;
let network: Network;
beforeAll(async () => {
  app = await startApp({ AUTH_SECRET });
  network = await Network.to(app.url, [app.mediaUrl]);
}, 90_000);
afterAll(async () => {
  network.close();
  await app.stop();
});

it('the connection goes on with the next one, in its rooms, and requests have one that is good', async () => {
  const signer = new Signer(AUTH_SECRET);
  const owner = await app.token('olga', 'Olga');
  const created = await app.api<ChannelView>('POST', '/v1/channels', { title: 'Long show' }, owner);
  const channelId = created.body.id;
  let minted = 0;
  let enough: () => void = () => undefined;
  const lived = new Promise<void>((resolve) => (enough = resolve));
  const person = new NodePerson({
    ...{ network, userId: 'ann', color: '#808080', tone: 440 },
    token: () => {
      if (++minted === TOKENS) enough();
      return signer.sign('api', { sub: 'ann', name: 'Ann', role: 'user' }, LIFE_S);
    },
  });
  try {
    const { lianmai } = person;
    const room = lianmai.room(channelId);
    person.follow({ close: () => room.leave() });
    await becomes(room.joined, Boolean);
    const states: ConnectionState[] = [];
    lianmai.im.state.subscribe((state) => states.push(state));
    // The first two are over by now.
    await lived;
    await room.chat.send('still here');
    expect((await lianmai.api.getChannel(channelId)).title).toBe('Long show');
    expect(states).toEqual([]);
  } finally {
    person.close();
  }
});

it('who gets no other is told so, and what waits for it is not tried for ever', async () => {
  const signer = new Signer(AUTH_SECRET);
  const only = await signer.sign('api', { sub: 'ben', name: 'Ben', role: 'user' }, 3);
  let asked = 0;
  const person = new NodePerson({
    ...{ network, userId: 'ben', color: '#808080', tone: 440 },
    token: () => {
      asked++;
      return Promise.resolve(only);
    },
  });
  try {
    const { im, api } = person.lianmai;
    im.open();
    await becomes(im.state, (state) => state === 'online');
    await becomes(im.state, (state) => state === 'refused');
    expect(im.problem?.code).toBe('token_invalid');
    await expect(api.listChannels()).rejects.toMatchObject({ code: 'token_invalid' });
    expect(asked).toBeLessThan(8);
  } finally {
    person.close();
  }
});
