/** The contract of the WebRtcTransport port, kept by every adapter, against itself and against the other one. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { buildRtp, parseRtp } from '../../../src/media/codec/rtp/rtp';
import { parseRtcp, serializeRtcp } from '../../../src/media/codec/rtp/rtcp';
import {
  createNodeDatachannelTransports,
  createTransports,
  type PeerParameters,
  type TransportFactory,
  type TransportKind,
  type TransportState,
  type WebRtcTransport,
} from '../../../src/media/webrtc/transport';
import { silentLogger } from '../../support/media/silent-logger';

const local = {
  bindAddress: '127.0.0.1',
  udpPort: 0,
  announcedAddresses: [],
  iceServers: [],
  logger: silentLogger,
};

/** One end, with what it reported. */
class End {
  readonly transport: WebRtcTransport;
  readonly states: TransportState[] = [];
  readonly candidates: string[] = [];
  readonly rtp: Buffer[] = [];
  readonly rtcp: Buffer[] = [];
  other: End | null = null;
  throwOnRtp = false;
  private readonly waiting = new Set<() => void>();

  constructor(factory: TransportFactory) {
    const changed = (): void => this.waiting.forEach((check) => check());
    this.transport = factory.create({
      onState: (state) => (this.states.push(state), changed()),
      onCandidate: (candidate) => {
        this.candidates.push(candidate);
        this.other?.transport.addCandidate(candidate);
        changed();
      },
      onRtp: (packet) => {
        this.rtp.push(packet);
        changed();
        if (this.throwOnRtp) throw new Error('a handler that throws');
      },
      onRtcp: (packet) => (this.rtcp.push(packet), changed()),
    });
  }

  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return;
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
      check();
    });
  }
}

async function connect(a: End, b: End): Promise<PeerParameters[]> {
  a.other = b;
  b.other = a;
  const offer = await a.transport.offer();
  const answer = await b.transport.answer(offer);
  await a.transport.acceptAnswer(answer);
  await Promise.all([a, b].map((end) => end.until(() => end.states.includes('connected'))));
  return [offer, answer];
}

function packet(sequenceNumber: number, ssrc: number, payload = Buffer.from('media')): Buffer {
  return buildRtp({ marker: true, payloadType: 111, sequenceNumber, timestamp: 4711, ssrc, payload });
}

const kinds: TransportKind[] = ['node-datachannel', 'werift'];
const client = (): Promise<TransportFactory> => createNodeDatachannelTransports({ ...local, mux: false });

describe.each(kinds)('transport port: %s', (kind) => {
  let server: TransportFactory;
  let peers: TransportFactory;
  let ends: End[];
  const end = (factory: TransportFactory): End => {
    const made = new End(factory);
    ends.push(made);
    return made;
  };

  beforeEach(async () => {
    ends = [];
    server = await createTransports(kind, local);
    peers = await client();
  });
  afterEach(async () => {
    ends.forEach(({ transport }) => transport.close());
    await Promise.all([server.close(), peers.close()]);
  });

  it.each(['offers', 'answers'])(
    'connects when it %s, and passes RTP and RTCP of any SSRC both ways',
    async (role) => {
      const own = end(server);
      const other = end(peers);
      const [offer, answer] = await (role === 'offers' ? connect(own, other) : connect(other, own));
      expect(offer?.setup).toBe('actpass');
      expect(answer?.setup).toBe('active');
      const pli = serializeRtcp([
        { type: 'rr', ssrc: 1, reports: [] },
        { type: 'pli', senderSsrc: 1, mediaSsrc: 0xffff_fff0 },
      ]);
      for (const [from, to] of [
        [own, other],
        [other, own],
      ] as const) {
        expect(from.transport.sendRtp(packet(65_535, 1))).toBe(true);
        expect(from.transport.sendRtp(packet(0, 1))).toBe(true);
        expect(from.transport.sendRtp(packet(7, 0xdead_beef))).toBe(true);
        expect(from.transport.sendRtcp(pli)).toBe(true);
        await to.until(() => to.rtp.length === 3 && to.rtcp.length === 1);
        const received = to.rtp.map((bytes) => parseRtp(bytes)!);
        expect(received.map((p) => [p.ssrc, p.sequenceNumber, p.payload.toString()]).sort()).toEqual(
          [
            [1, 65_535, 'media'],
            [1, 0, 'media'],
            [0xdead_beef, 7, 'media'],
          ].sort(),
        );
        expect(parseRtcp(to.rtcp[0]!)?.[1]).toMatchObject({ type: 'pli', mediaSsrc: 0xffff_fff0 });
      }
    },
  );

  it('lets the caller use a buffer again at once', async () => {
    const own = end(server);
    const other = end(peers);
    await connect(other, own);
    const scratch = packet(1, 5, Buffer.alloc(500, 'a'));
    own.transport.sendRtp(scratch);
    scratch.fill(0, 12);
    await other.until(() => other.rtp.length === 1);
    expect(parseRtp(other.rtp[0]!)!.payload.toString()).toBe('a'.repeat(500));
  });

  it('sends a packet again that was sent before, across the wrap too', async () => {
    const own = end(server);
    const other = end(peers);
    await connect(other, own);
    for (let number = 65_500; number < 65_536 + 300; number++)
      own.transport.sendRtp(packet(number & 0xffff, 5));
    for (const again of [290, 0, 65_530]) own.transport.sendRtp(packet(again, 5, Buffer.from('again')));
    own.transport.sendRtp(packet(300, 5, Buffer.from('last')));
    await other.until(() => other.rtp.some((bytes) => parseRtp(bytes)!.payload.toString() === 'last'));
  });

  it('carries several connections at once without mixing them up', async () => {
    const pairs = [0, 1, 2].map(() => ({ own: end(server), other: end(peers) }));
    await Promise.all(pairs.map(({ own, other }) => connect(other, own)));
    pairs.forEach(({ own }, index) => own.transport.sendRtp(packet(1, 100 + index)));
    pairs.forEach(({ other }, index) => other.transport.sendRtp(packet(1, 200 + index)));
    await Promise.all(
      pairs.flatMap(({ own, other }) => [own, other].map((side) => side.until(() => side.rtp.length === 1))),
    );
    pairs.forEach(({ own, other }, index) => {
      expect(parseRtp(other.rtp[0]!)!.ssrc).toBe(100 + index);
      expect(parseRtp(own.rtp[0]!)!.ssrc).toBe(200 + index);
    });
  });

  it('survives a handler that throws, and garbage from above', async () => {
    const own = end(server);
    const other = end(peers);
    await connect(other, own);
    own.throwOnRtp = true;
    other.transport.sendRtp(packet(1, 5));
    await own.until(() => own.rtp.length === 1);
    own.throwOnRtp = false;
    expect(own.transport.sendRtp(Buffer.from([1, 2, 3]))).toBe(false);
    own.transport.addCandidate('no candidate at all');
    other.transport.sendRtp(packet(2, 5));
    await own.until(() => own.rtp.length === 2);
  });

  it('keeps candidates that come before the description', async () => {
    const own = end(server);
    const other = end(peers);
    own.other = other;
    const answer = await other.transport.answer(await own.transport.offer());
    await other.until(() => other.candidates.length > 0);
    other.candidates.forEach((candidate) => own.transport.addCandidate(candidate));
    await own.transport.acceptAnswer(answer);
    await own.until(() => own.states.includes('connected'));
  });

  it('rejects parameters that make no sense', async () => {
    const own = end(server);
    await expect(
      own.transport.answer({ iceUfrag: '', icePwd: '', fingerprint: '', setup: 'actpass' }),
    ).rejects.toThrow();
  });

  it('drops what is sent before connecting and after closing; closing twice is once', async () => {
    const own = end(server);
    const other = end(peers);
    expect(own.transport.sendRtp(packet(1, 5))).toBe(false);
    await connect(other, own);
    own.transport.close();
    own.transport.close();
    expect(own.transport.sendRtp(packet(1, 5))).toBe(false);
    const seen = own.states.length;
    other.transport.sendRtp(packet(2, 5));
    // Another connection's packet, sent later, tells that this one's would have come.
    const [own2, other2] = [end(server), end(peers)];
    await connect(other2, own2);
    other2.transport.sendRtp(packet(1, 6));
    await own2.until(() => own2.rtp.length === 1);
    expect(own.states.length).toBe(seen);
    expect(own.rtp).toEqual([]);
  });

  it('announces the configured addresses instead of its own', async () => {
    const announcing = await createTransports(kind, { ...local, announcedAddresses: ['203.0.113.7'] });
    const own = end(announcing);
    await own.transport.answer(await end(peers).transport.offer());
    await own.until(() => own.candidates.length > 0);
    expect(own.candidates.every((candidate) => candidate.split(' ')[4] === '203.0.113.7')).toBe(true);
    own.transport.close();
    await announcing.close();
  });
});

describe('node-datachannel', () => {
  it('says by number when the UDP port is taken', async () => {
    const taken = createSocket('udp4');
    taken.bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const udpPort = taken.address().port;
    await expect(createNodeDatachannelTransports({ ...local, udpPort })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port: udpPort,
    });
    taken.close();
  });

  it('puts all connections on one port', async () => {
    const factory = await createNodeDatachannelTransports(local);
    const peers = await client();
    const ends = [new End(factory), new End(factory)];
    await Promise.all(
      ends.map(async (each) => each.transport.answer(await new End(peers).transport.offer())),
    );
    await Promise.all(ends.map((each) => each.until(() => each.candidates.length > 0)));
    const ports = ends.flatMap((each) => each.candidates.map((candidate) => Number(candidate.split(' ')[5])));
    expect(new Set(ports)).toEqual(new Set([factory.udpPort]));
    await Promise.all([factory.close(), peers.close()]);
  });
});
