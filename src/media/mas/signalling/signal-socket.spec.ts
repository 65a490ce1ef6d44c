import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import type { JoinGrant, MediaLogger } from '../../contract';
import { Mas } from '../mas';
import type { TransportFactory } from '../../webrtc/transport';

const logger: MediaLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: { type: string; code?: string; members?: unknown[] }[] = [];
  send(text: string): void {
    this.sent.push(JSON.parse(text) as { type: string });
  }
  close(): void {
    if (this.readyState !== 1) return;
    this.readyState = 3;
    this.emit('close');
  }
  terminate(): void {
    this.close();
  }
  ping(): void {}
  say(message: unknown): void {
    this.emit('message', Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)), false);
  }
  async until(type: string): Promise<(typeof this.sent)[number]> {
    for (;;) {
      const found = this.sent.find((message) => message.type === type);
      if (found) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const parameters = { iceUfrag: 'u', icePwd: 'p', fingerprint: 'f', setup: 'actpass' } as const;
const transports: TransportFactory = {
  kind: 'werift',
  udpPort: 0,
  close: () => Promise.resolve(),
  create: () => ({
    offer: () => Promise.resolve(parameters),
    answer: () => Promise.resolve(parameters),
    acceptAnswer: () => Promise.resolve(),
    addCandidate: () => {},
    sendRtp: () => true,
    sendRtcp: () => true,
    close: () => {},
  }),
};

/** A join, with something else in it. */
const deep = `{"type":"join","token":"ok1","extra":${'['.repeat(1500)}${']'.repeat(1500)}}`;

describe('signalling', () => {
  let mas: Mas;
  beforeEach(async () => {
    mas = await Mas.over(transports, {
      egress: { bindAddress: '127.0.0.1', udpPort: 0 },
      logger,
      authorizer: {
        authorizeJoin: (token): Promise<JoinGrant | null> =>
          Promise.resolve(
            token.startsWith('ok')
              ? { conferenceId: 'c', memberId: token, userId: token, name: token, audio: true, video: true }
              : null,
          ),
        authorizeEgress: () => Promise.resolve(null),
      },
    });
  });
  afterEach(async () => {
    jest.useRealTimers();
    await mas.close();
  });
  const open = (): FakeSocket => {
    const socket = new FakeSocket();
    mas.acceptParticipant(socket as unknown as WebSocket);
    return socket;
  };

  it('welcomes a member with the others and an offer of slots', async () => {
    const first = open();
    first.say({ type: 'join', token: 'ok1' });
    await first.until('sub-offer');
    const second = open();
    second.say({ type: 'join', token: 'ok2' });
    expect((await second.until('joined')).members).toEqual([
      { memberId: 'ok1', userId: 'ok1', name: 'ok1', audio: false, video: false, screen: false },
    ]);
    expect((await first.until('members')).members).toHaveLength(1);
    second.say({ type: 'leave' });
    await new Promise((resolve) => second.once('close', resolve));
    expect(mas.snapshot()).toEqual([
      { conferenceId: 'c', members: [expect.objectContaining({ memberId: 'ok1', connected: false })] },
    ]);
  });

  it.each([
    ['no JSON', '{', 'protocol'],
    ['an unknown type', { type: 'dance' }, 'protocol'],
    ['an offer before the join', { type: 'pub-offer', sdp: 'v=0' }, 'protocol'],
    ['a message nested 1,500 deep', '['.repeat(1500), 'protocol'],
    ['one that is valid up to there', deep, 'protocol'],
    ['a description that is too large', { type: 'pub-offer', sdp: 'x'.repeat(110_000) }, 'protocol'],
    ['a message that is too large', `"${'x'.repeat(200_000)}"`, 'protocol'],
    ['more slots for screens than there are', { type: 'join', token: 'ok1', screenSlots: 9 }, 'protocol'],
    ['a refused token', { type: 'join', token: 'stolen' }, 'token_invalid'],
  ])('closes on %s', async (_name, message, code) => {
    const socket = open();
    socket.say(message);
    expect(await socket.until('closed')).toMatchObject({ code });
    expect(socket.readyState).toBe(3);
  });

  it.each([
    ['a second join', { type: 'join', token: 'ok1' }],
    ['a broken description', { type: 'pub-offer', sdp: 'v=0' }],
    ['a screen that is no mid', { type: 'pub-offer', sdp: 'v=0', screen: 7 }],
    ['a picture of an unknown source', { type: 'want', pictures: [{ userId: 'a', source: 'x', height: 1 }] }],
    ['a picture of no size', { type: 'want', pictures: [{ userId: 'ok2', height: -1 }] }],
  ])('closes a member on %s', async (_name, message) => {
    const socket = open();
    socket.say({ type: 'join', token: 'ok1' });
    await socket.until('sub-offer');
    socket.say(message);
    expect(await socket.until('closed')).toMatchObject({ code: 'protocol' });
    expect(mas.snapshot()).toEqual([]);
  });

  it('closes a socket that says nothing, but none that joined', async () => {
    jest.useFakeTimers();
    const silent = open();
    jest.advanceTimersByTime(10_000);
    expect(silent.sent).toEqual([expect.objectContaining({ type: 'closed', code: 'protocol' })]);
    const member = open();
    member.say({ type: 'join', token: 'ok1' });
    await jest.advanceTimersByTimeAsync(9_000);
    expect(member.readyState).toBe(1);
  });

  it('replaces a member who joins again, without a gap', async () => {
    const first = open();
    first.say({ type: 'join', token: 'ok1' });
    await first.until('sub-offer');
    const second = open();
    second.say({ type: 'join', token: 'ok1' });
    await second.until('sub-offer');
    expect(await first.until('closed')).toMatchObject({ code: 'replaced' });
    expect(mas.snapshot()[0]?.members).toHaveLength(1);
    expect(mas.closeMember('c', 'ok1')).toBe(true);
    expect(await second.until('closed')).toMatchObject({ code: 'removed' });
    expect(mas.closeConference('c')).toBe(false);
  });
});
