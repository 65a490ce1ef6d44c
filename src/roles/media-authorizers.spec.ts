import { MediaVerifier } from '../auth/tokens/media-verifier';
import { parseNodeKey } from '../auth/tokens/node-key';
import { Signer } from '../auth/tokens/signer';
import { MediaAuthorizers } from './media-authorizers';

describe('MediaAuthorizers', () => {
  const signer = new Signer('a secret that is at least thirty-two bytes');
  const authorizers = new MediaAuthorizers(
    new MediaVerifier(parseNodeKey(signer.nodeKey('n')).publicKeys),
    'n',
  );

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

  describe('takes a command', () => {
    const call = 'POST /control/channels/c1/end';
    const command = (nodeId = 'n') => signer.sign('control', { nodeId, call }, 60);

    it('once: a recorded one does nothing', async () => {
      const [one, other] = [await command(), await command()];
      expect(await authorizers.authorizeControl(one, call)).toBe(true);
      expect(await authorizers.authorizeControl(one, call)).toBe(false);
      expect(await authorizers.authorizeControl(other, call)).toBe(true);
    });

    it('that is for this node, and this call', async () => {
      expect(await authorizers.authorizeControl(await command('m'), call)).toBe(false);
      const token = await command();
      expect(await authorizers.authorizeControl(token, 'POST /control/channels/c2/end')).toBe(false);
      expect(await authorizers.authorizeControl(token, call)).toBe(true);
    });

    it('of control only', async () => {
      const push = await signer.sign('push', { channelId: 'c1', role: 'host', epoch: 2 }, 60);
      expect(await authorizers.authorizeControl(push, call)).toBe(false);
      expect(await authorizers.authorizeControl('', call)).toBe(false);
    });
  });
});
