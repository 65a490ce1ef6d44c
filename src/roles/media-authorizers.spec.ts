import { Signer } from '../auth/tokens/signer';
import { MediaAuthorizers } from './media-authorizers';

describe('MediaAuthorizers', () => {
  const signer = new Signer('a secret that is at least thirty-two bytes');
  const authorizers = new MediaAuthorizers(signer);

  it('lets a push into the channel its key is for, and into no other', async () => {
    const token = await signer.sign('push', { channelId: 'c1', role: 'host', epoch: 2 }, 60);
    expect(await authorizers.authorizePublish(`c1?token=${token}`)).toMatchObject({ role: 'host', epoch: 2 });
    expect(await authorizers.authorizePublish(`c2?token=${token}`)).toBeNull();
    expect(await authorizers.authorizePublish('c1')).toBeNull();
    expect(await authorizers.authorizePublish('')).toBeNull();
  });

  it('lets a viewer watch the channel of their token only', async () => {
    const token = await signer.sign('play', { channelId: 'c1' }, 60);
    expect(await authorizers.authorizePlay('c1', token)).toMatchObject({ channelId: 'c1' });
    expect(await authorizers.authorizePlay('c2', token)).toBeNull();
    expect(await authorizers.authorizePublish(`c1?token=${token}`)).toBeNull();
  });

  it('lets a member in by a token once', async () => {
    const grant = { conferenceId: 'k', memberId: 'm', userId: 'u', name: 'U', audio: true, video: true };
    const [one, other] = [await signer.sign('mas', grant, 60), await signer.sign('mas', grant, 60)];
    expect(await authorizers.authorizeJoin(one)).toMatchObject(grant);
    expect(await authorizers.authorizeJoin(one)).toBeNull();
    expect(await authorizers.authorizeJoin(other)).toMatchObject(grant);
    expect(await authorizers.authorizeJoin('x')).toBeNull();
  });

  it('takes commands from control only', async () => {
    expect(await authorizers.authorizeControl(await signer.sign('control', { caller: 'api' }, 60))).toBe(
      true,
    );
    expect(await authorizers.authorizeControl(await signer.sign('node', { nodeId: 'n' }, 60))).toBe(false);
  });
});
