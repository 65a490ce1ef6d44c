/** What docs/mas-protocol.md says of the WebSocket and the offer, against a real MAS. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocumentedSocket } from '../../support/app/mas-document';
import { until } from '../../support/waiting/until';
import { joinToken, startMas, type TestMas } from '../../support/webrtc/mas';

interface Message {
  type: string;
  sdp?: string;
  bank?: number;
  code?: string;
}

let test: TestMas;
beforeAll(async () => {
  test = await startMas();
});
afterAll(() => test.close());

class Client {
  readonly messages: Message[] = [];
  readonly problems: string[] = [];
  readonly socket = new DocumentedSocket(test.url, new Set(), this.problems);
  readonly closed = once(this.socket, 'close').then(([code]) => code as number);

  constructor() {
    this.socket.on('message', (data: Buffer) =>
      this.messages.push(JSON.parse(data.toString('utf8')) as Message),
    );
  }

  /** Resolves when the slots of a member were offered. */
  static async join(token: string): Promise<Client> {
    const client = new Client();
    await once(client.socket, 'open');
    client.socket.send(JSON.stringify({ type: 'join', token }));
    await client.count('sub-offer', 1);
    return client;
  }

  all(type: string): Message[] {
    return this.messages.filter((message) => message.type === type);
  }

  count(type: string, count: number): Promise<void> {
    return until(() => this.all(type).length === count);
  }
}

/** Of a transport, and what browsers of old want to see. */
const LEFT_OUT =
  /^([vost]=|c=|a=(msid-semantic|ice-|fingerprint|setup|rtcp:|rtcp-mux|rtcp-rsize|ssrc:\d+ msid))/;

it('the first pair of an offer', async () => {
  const client = await Client.join(joinToken('one'));
  const text = readFileSync(join(__dirname, '../../../docs/mas-protocol.md'), 'utf8');
  const [, written = ''] = /^The first pair of an offer.*?```\n(.*?)```/ms.exec(text) ?? [];
  const [, pair = ''] = /^(.*?m=audio.*?)m=audio/s.exec(client.all('sub-offer')[0]!.sdp!) ?? [];
  const lines = pair.split('\r\n').filter((line) => line && !LEFT_OUT.test(line));
  expect(lines).toEqual(written.trim().split('\n'));
  client.socket.send(JSON.stringify({ type: 'leave' }));
  expect(await client.closed).toBe(1000);
  expect(client.all('closed')).toEqual([]);
  expect(client.problems).toEqual([]);
});

it('`restart` brings the slots anew, on another connection', async () => {
  const client = await Client.join(joinToken('two'));
  client.socket.send(JSON.stringify({ type: 'restart', pc: 'sub' }));
  client.socket.send(JSON.stringify({ type: 'restart', pc: 'pub' }));
  await client.count('sub-offer', 2);
  const [first, second] = client.all('sub-offer').map(({ sdp }) => /a=ice-ufrag:(.*)/.exec(sdp!)![1]);
  expect(second).not.toBe(first);
  expect(client.all('sub-offer').map(({ bank }) => bank)).toEqual([0, 0]);
  client.socket.close();
  await client.closed;
});

it.each<[code: string, socket: number, end: (client: Client, memberId: string) => unknown]>([
  ['protocol', 1008, ({ socket }) => socket.send(JSON.stringify({ type: 'join', token: 'again' }))],
  ['replaced', 1000, (_, memberId) => Client.join(joinToken(memberId))],
  ['removed', 1000, (_, memberId) => test.mas.closeMember('c1', memberId)],
  ['conference_ended', 1000, () => test.mas.closeConference('c1')],
  ['moved', 1000, () => test.mas.releaseConference('c1')],
])('closed with %s: %d', async (code, socketCode, end) => {
  const client = await Client.join(joinToken(`of-${code}`));
  end(client, `of-${code}`);
  expect(await client.closed).toBe(socketCode);
  expect(client.all('closed')).toMatchObject([{ code }]);
  expect(client.messages.at(-1)).toMatchObject({ type: 'closed' });
});

it('a refused token', async () => {
  const client = new Client();
  await once(client.socket, 'open');
  client.socket.send(JSON.stringify({ type: 'join', token: 'none' }));
  expect(await client.closed).toBe(1000);
  expect(client.messages).toMatchObject([{ type: 'closed', code: 'token_invalid' }]);
});
