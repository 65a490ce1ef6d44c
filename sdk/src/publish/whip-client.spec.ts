import { until } from '../../../test/support/waiting/until';
import { WhipClient } from './whip-client';

class FakePeer {
  static all: FakePeer[] = [];
  connectionState = 'new';
  localDescription = { sdp: 'v=0\r\na=ice-ufrag:me\r\n' };
  onconnectionstatechange: (() => void) | null = null;
  constructor() {
    FakePeer.all.push(this);
  }
  setLocalDescription = () => Promise.resolve();
  setRemoteDescription = () => Promise.resolve();
  private readonly tracks: MediaStreamTrack[] = [];
  /** Ids of what is sent. */
  get sent(): string[] {
    return this.tracks.map(({ id }) => id);
  }
  addTransceiver(track: MediaStreamTrack): object {
    this.tracks.push(track);
    return { sender: {}, setCodecPreferences: () => undefined };
  }
  getSenders = () =>
    this.tracks.map((track, at) => ({
      ...{ track, transport: null },
      replaceTrack: (next: MediaStreamTrack) => Promise.resolve(void (this.tracks[at] = next)),
    }));
  close(): void {
    this.connectionState = 'closed';
  }
  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

const streamOf = (...tracks: MediaStreamTrack[]) => ({ getTracks: () => tracks }) as unknown as MediaStream;
const media = streamOf();
const asked: string[] = [];

/** The server ends sessions when asked; `hangs`: it can't be reached for that. */
function server(hangs: boolean): typeof fetch {
  let sessions = 0;
  return (url, init) => {
    asked.push(`${init?.method} ${url as string}`);
    if (init?.method === 'POST') {
      const headers = { location: `/whip/room/${++sessions}` };
      return Promise.resolve(new Response('v=0', { status: 201, headers }));
    }
    if (!hangs) return Promise.resolve(new Response(null, { status: 200 }));
    return new Promise((_, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  };
}

describe('WhipClient', () => {
  const names = ['RTCPeerConnection', 'MediaStream', 'fetch', 'addEventListener', 'removeEventListener'];
  const before = names.map((name) => [name, Reflect.get(globalThis, name) as unknown] as const);
  beforeEach(() => {
    FakePeer.all = [];
    asked.length = 0;
    const ignored = () => undefined;
    Object.assign(globalThis, {
      RTCPeerConnection: FakePeer,
      MediaStream: class {
        constructor(private readonly tracks: MediaStreamTrack[]) {}
        getTracks = () => this.tracks;
      },
      addEventListener: ignored,
      removeEventListener: ignored,
    });
  });
  afterEach(() => {
    for (const [name, value] of before) Reflect.set(globalThis, name, value);
  });

  it.each([false, true])(
    'makes a new session as soon as one is disconnected; no goodbye comes: %s',
    async (hangs) => {
      globalThis.fetch = server(hangs);
      const client = new WhipClient({
        getAddress: () => Promise.resolve({ url: 'http://node/whip/room', token: 't' }),
      });
      const reached = (state: string) =>
        new Promise<void>((resolve) => client.on('state', (event) => event.state === state && resolve()));
      client.publish(media);
      await posted(1);
      FakePeer.all[0]!.become('connected');
      expect(client.state).toBe('live');
      const reconnecting = reached('reconnecting');
      const lostAt = performance.now();
      FakePeer.all[0]!.become('disconnected');
      expect(FakePeer.all[0]!.connectionState).toBe('closed');
      await reconnecting;
      await posted(2);
      expect(performance.now() - lostAt).toBeLessThan(3000);
      FakePeer.all[1]!.become('connected');
      expect(client.state).toBe('live');
      expect(asked).toEqual([
        'POST http://node/whip/room',
        'DELETE http://node/whip/room/1',
        'POST http://node/whip/room',
      ]);
      globalThis.fetch = server(false);
      await client.close();
    },
  );

  it('sends another device in the running session, and in those to come', async () => {
    globalThis.fetch = server(false);
    const client = new WhipClient({
      getAddress: () => Promise.resolve({ url: 'http://node/whip/room', token: 't' }),
    });
    const [first, second] = ['first', 'second'].map((id) => ({ kind: 'video', id }) as MediaStreamTrack);
    client.publish(streamOf(first!));
    await posted(1);
    expect(FakePeer.all[0]!.sent).toEqual(['first']);
    await client.replaceTrack(second!);
    expect(FakePeer.all[0]!.sent).toEqual(['second']);
    FakePeer.all[0]!.become('disconnected');
    await posted(2);
    expect(FakePeer.all[1]!.sent).toEqual(['second']);
    await client.close();
  });
});

/** So many offers were made and answered. */
async function posted(count: number): Promise<void> {
  await until(() => asked.filter((line) => line.startsWith('POST')).length === count);
  // The answer's way into the connection.
  for (let i = 0; i < 10; i++) await Promise.resolve();
}
