import { MediaVerifier } from './media-verifier';
import { NodeCredential, parseNodeKey } from './node-key';
import { Signer } from './signer';

const OLD = 'a secret that is at least thirty-two bytes';
const NEW = 'another secret of at least thirty-two bytes';
const user = { sub: 'u', name: 'U', role: 'admin' } as const;
const push = { channelId: '00000000-0000-4000-8000-000000000000', role: 'host', epoch: 3 } as const;

describe('Signer', () => {
  const signer = new Signer(OLD);
  const parse = (token: string, part: number) =>
    JSON.parse(Buffer.from(token.split('.')[part]!, 'base64url').toString()) as object;

  it('verifies what it signed', async () => {
    expect(await signer.verify('push', await signer.sign('push', push, 60))).toMatchObject(push);
    expect(await signer.verify('api', await signer.sign('api', user, 60))).toMatchObject(user);
  });

  it('refuses a token of another kind, even under the same key', async () => {
    const play = await signer.sign('play', { channelId: 'c1' }, 60);
    expect(await signer.verify('push', play)).toBeNull();
    expect(await signer.verify('egress', play)).toBeNull();
    expect(await signer.verify('api', play)).toBeNull();
  });

  it('refuses expired and changed tokens, foreign ones, and garbage', async () => {
    expect(await signer.verify('play', await signer.sign('play', { channelId: 'c1' }, -1))).toBeNull();
    expect(await signer.verify('api', await signer.sign('api', user, -1))).toBeNull();
    const [payload = '', signature = ''] = (await signer.sign('push', push, 60)).split('.');
    const other = Buffer.from(JSON.stringify({ ...parse(payload, 0), c: 'c2' })).toString('base64url');
    expect(await signer.verify('push', `${other}.${signature}`)).toBeNull();
    const foreign = new Signer(NEW);
    for (const kind of ['push', 'api'] as const) {
      const token = await foreign.sign(kind, { ...push, ...user, role: 'host' } as never, 60);
      expect(await signer.verify(kind, token)).toBeNull();
      for (const garbage of ['', '.', 'garbage', `${payload}.`, `.${signature}`, 'a'.repeat(10_000)]) {
        expect(await signer.verify(kind, garbage)).toBeNull();
      }
    }
  });

  it('keeps an encoder’s key below 256 characters', async () => {
    const token = await signer.sign('push', { ...push, epoch: 999, playGeneration: 0 }, 24 * 3600);
    expect(`${push.channelId}?token=${token}`.length).toBeLessThan(256);
  });

  it('names what is good once', async () => {
    const names = await Promise.all(
      [1, 2].map(async () => {
        const token = await signer.sign('control', { nodeId: 'n', call: 'GET /' }, 60);
        return (await signer.verify('control', token))!.jti;
      }),
    );
    expect(names[0]).not.toBe(names[1]);
  });
});

describe('what a media node holds', () => {
  const signer = new Signer(OLD);
  const key = parseNodeKey(signer.nodeKey('n1'));

  it('verifies what control has signed for it', async () => {
    const verifier = new MediaVerifier(key.publicKeys);
    expect(await verifier.verify('push', await signer.sign('push', push, 60))).toMatchObject(push);
    expect(await verifier.verify('play', await signer.sign('push', push, 60))).toBeNull();
  });

  it('makes nothing that a node or control takes: no user, no push, no command', async () => {
    // Each secret and each public key of it, used as the secret, as it is and as text.
    const held = [key.secret.toString('base64url'), key.secret.toString('latin1'), ...key.publicKeys];
    for (const secret of held) {
      const forger = new Signer(secret);
      expect(await signer.verify('api', await forger.sign('api', user, 60))).toBeNull();
      expect(await signer.verify('push', await forger.sign('push', push, 60))).toBeNull();
    }
    const own = new NodeCredential(key.secret).token();
    for (const kind of ['api', 'push', 'play', 'mas', 'egress', 'control'] as const) {
      expect(await signer.verify(kind, own)).toBeNull();
    }
  });

  it('speaks for this node and for no other', async () => {
    const token = new NodeCredential(key.secret).token();
    expect(await signer.verifyNode('n1', token)).not.toBeNull();
    expect(await signer.verifyNode('n2', token)).toBeNull();
    expect(await signer.verifyNode('n1', await signer.sign('push', push, 60))).toBeNull();
  });

  it('tells its calls apart', async () => {
    const credential = new NodeCredential(key.secret);
    const calls = [credential.token(), credential.token(), credential.token()];
    const at = await Promise.all(calls.map(async (token) => (await signer.verifyNode('n1', token))!));
    expect(at[0]!.issuedAtMs).toBeLessThan(at[1]!.issuedAtMs);
    expect(at[1]!.issuedAtMs).toBeLessThan(at[2]!.issuedAtMs);
  });
});

describe('a change of AUTH_SECRET', () => {
  const before = new Signer(OLD);
  const during = new Signer(NEW, OLD);
  const after = new Signer(NEW);

  it('takes what both have signed, and signs with the new one', async () => {
    for (const [kind, claims] of [
      ['api', user],
      ['push', push],
    ] as const) {
      expect(await during.verify(kind, await before.sign(kind, claims, 60))).toMatchObject(claims);
      expect(await after.verify(kind, await during.sign(kind, claims, 60))).toMatchObject(claims);
      expect(await after.verify(kind, await before.sign(kind, claims, 60))).toBeNull();
    }
  });

  it('takes the calls of nodes with a key of either, and gives nodes both public keys', async () => {
    const tokenOf = (signer: Signer) => new NodeCredential(parseNodeKey(signer.nodeKey('n1')).secret).token();
    expect(await during.verifyNode('n1', tokenOf(before))).not.toBeNull();
    expect(await during.verifyNode('n1', tokenOf(after))).not.toBeNull();
    expect(await after.verifyNode('n1', tokenOf(before))).toBeNull();
    const verifier = new MediaVerifier(parseNodeKey(during.nodeKey('n1')).publicKeys);
    for (const signer of [before, during, after]) {
      expect(await verifier.verify('push', await signer.sign('push', push, 60))).toMatchObject(push);
    }
  });
});
