import { Signer } from './signer';

describe('Signer', () => {
  const signer = new Signer('a secret that is at least thirty-two bytes');

  it('verifies what it signed', async () => {
    const token = await signer.sign('push', { channelId: 'c1', role: 'host', epoch: 3 }, 60);
    expect(await signer.verify('push', token)).toMatchObject({ channelId: 'c1', role: 'host', epoch: 3 });
  });

  it('refuses a token of another kind, even under the same key', async () => {
    const token = await signer.sign('play', { channelId: 'c1' }, 60);
    expect(await signer.verify('push', token)).toBeNull();
  });

  it('refuses an expired token', async () => {
    expect(await signer.verify('play', await signer.sign('play', { channelId: 'c1' }, -1))).toBeNull();
  });

  it('refuses a token of another secret, and garbage', async () => {
    const foreign = new Signer('another secret of at least thirty-two bytes');
    expect(await signer.verify('play', await foreign.sign('play', { channelId: 'c1' }, 60))).toBeNull();
    expect(await signer.verify('play', 'garbage')).toBeNull();
  });
});
