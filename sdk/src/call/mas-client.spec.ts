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
  localDescription = { sdp: 'v=0' };
  onconnectionstatechange: (() => void) | null = null;
  constructor() {
    FakePeer.all.push(this);
  }
  addTransceiver = () => ({
    sender: { getParameters: () => ({}) },
    setCodecPreferences: () => undefined,
  });
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
});
