import type { MasClientMessage, MasServerMessage } from '../contracts';
import { MasClient } from './mas-client';

/** What of a browser the client uses, as far as it gets here. */
class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 1;
  readonly sent: MasClientMessage[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as MasClientMessage);
  }
  close(): void {
    this.readyState = 3;
  }
  async tell(message: MasServerMessage): Promise<void> {
    this.onmessage?.({ data: JSON.stringify(message) });
    await settled();
  }
}

class FakePeer {
  static all: FakePeer[] = [];
  connectionState = 'new';
  readonly transceivers: { mid: string; direction: string; sender: object }[] = [];
  localDescription = { sdp: 'v=0' };
  onconnectionstatechange: (() => void) | null = null;
  constructor() {
    FakePeer.all.push(this);
  }
  addTransceiver = (_: unknown, { direction }: { direction: string }) => {
    const sender = { getParameters: () => ({}), replaceTrack: () => Promise.resolve() };
    const mid = String(this.transceivers.length);
    const added = { mid, direction, sender, setCodecPreferences: () => undefined };
    this.transceivers.push(added);
    return added;
  };
  createOffer = () => Promise.resolve({});
  createAnswer = () => Promise.resolve({});
  setLocalDescription = () => Promise.resolve();
  setRemoteDescription = () => Promise.resolve();
  getSenders = () => [{}];
  getTransceivers = () => [];
  close(): void {
    this.connectionState = 'closed';
  }
  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

/** All promises that are under way have run. */
const settled = () => jest.advanceTimersByTimeAsync(0);

const BROWSER = {
  WebSocket: FakeSocket,
  RTCPeerConnection: FakePeer,
  MediaStream: class {},
  RTCRtpSender: { getCapabilities: () => ({ codecs: [] }) },
};

describe('MasClient', () => {
  const before = Object.keys(BROWSER).map((name) => [name, Reflect.get(globalThis, name)] as const);
  beforeEach(() => {
    jest.useFakeTimers();
    FakeSocket.all = [];
    FakePeer.all = [];
    Object.assign(globalThis, BROWSER);
  });
  afterEach(() => {
    jest.useRealTimers();
    for (const [name, value] of before) Reflect.set(globalThis, name, value);
  });

  async function join(index: number): Promise<{ pub: FakePeer; sub: FakePeer }> {
    const socket = FakeSocket.all[index]!;
    socket.onopen?.();
    await socket.tell({ type: 'joined', memberId: 'me', members: [] });
    await socket.tell({ type: 'sub-offer', bank: 0, sdp: 'v=0', slots: [] });
    const [pub, sub] = FakePeer.all.slice(-2) as [FakePeer, FakePeer];
    pub.become('connected');
    sub.become('connected');
    return { pub, sub };
  }

  it.each([
    ['pub', 'disconnected'],
    ['sub', 'disconnected'],
    ['pub', 'failed'],
  ] as const)('builds everything anew at once when the %s connection is %s', async (name, state) => {
    const states: string[] = [];
    let tokens = 0;
    const client = new MasClient({
      getAccess: () => Promise.resolve({ url: 'ws://mas', token: `token-${++tokens}` }),
    });
    client.on('state', (event) => states.push(event.state));
    client.connect();
    await settled();
    const first = await join(0);
    expect(client.state).toBe('connected');
    first[name].become(state);
    expect(client.state).toBe('reconnecting');
    expect([first.pub.connectionState, first.sub.connectionState]).toEqual(['closed', 'closed']);
    await jest.advanceTimersByTimeAsync(250);
    await join(1);
    expect(FakeSocket.all[1]!.sent[0]).toMatchObject({ type: 'join', token: 'token-2' });
    expect(states).toEqual(['connecting', 'connected', 'reconnecting', 'connected']);
    client.close();
  });

  describe('a screen', () => {
    const track = { kind: 'video' } as MediaStreamTrack;
    const offers = () =>
      FakeSocket.all[0]!.sent.flatMap((message) => (message.type === 'pub-offer' ? [message.screen] : []));
    async function joined(): Promise<{ client: MasClient; pub: FakePeer; answer: () => Promise<void> }> {
      const client = new MasClient({ getAccess: () => Promise.resolve({ url: 'ws://mas', token: 't' }) });
      client.connect();
      await settled();
      const { pub } = await join(0);
      return { client, pub, answer: () => FakeSocket.all[0]!.tell({ type: 'pub-answer', sdp: 'v=0' }) };
    }

    it('is offered on the same connection, and ended there', async () => {
      const { client, pub, answer } = await joined();
      await answer();
      await client.shareScreen(track);
      await answer();
      await client.shareScreen(null);
      expect(pub.transceivers[2]).toMatchObject({ mid: '2', direction: 'inactive' });
      await answer();
      await client.shareScreen(track);
      expect(pub.transceivers).toHaveLength(3);
      expect(pub.transceivers[2]).toMatchObject({ direction: 'sendonly' });
      expect(offers()).toEqual([undefined, '2', undefined, '2']);
      expect(FakePeer.all).toHaveLength(2);
      client.close();
    });

    it('that is shared before the first offer is in it', async () => {
      const client = new MasClient({ getAccess: () => Promise.resolve({ url: 'ws://mas', token: 't' }) });
      client.connect();
      await settled();
      FakeSocket.all[0]!.onopen?.();
      // The publication is being made; nothing has been sent.
      void FakeSocket.all[0]!.tell({ type: 'joined', memberId: 'me', members: [] });
      await Promise.resolve();
      await Promise.resolve();
      expect([FakePeer.all.length, offers()]).toEqual([1, []]);
      await client.shareScreen(track);
      await settled();
      expect(offers()).toEqual(['2']);
      client.close();
    });

    it('waits for the answer to the offer before', async () => {
      const { client, answer } = await joined();
      await client.shareScreen(track);
      await client.shareScreen(null);
      await client.shareScreen(track);
      expect(offers()).toEqual([undefined]);
      await answer();
      expect(offers()).toEqual([undefined, '2']);
      await answer();
      expect(offers()).toEqual([undefined, '2']);
      client.close();
    });
  });
});
