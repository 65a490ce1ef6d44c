import { DomainError } from '../../platform/common';
import { Signer } from './signer';
import { UserTokenFacade } from './user-token.facade';

describe('UserTokenFacade', () => {
  const signer = new Signer('a secret that is at least thirty-two bytes');
  const tokens = new UserTokenFacade(signer);
  const ann = { userId: 'ann', name: 'Ann', role: 'user' } as const;

  it('reads what it minted, and when it ends', async () => {
    const { token, expiresAt, user } = await tokens.mint(ann, 60_000);
    expect(user).toEqual({ id: 'ann', name: 'Ann', role: 'user' });
    const { caller, expiresAtMs } = await tokens.authenticate(token);
    expect(caller).toEqual(ann);
    expect(Math.abs(expiresAtMs - Date.parse(expiresAt))).toBeLessThan(2000);
  });

  it('keeps the limits of a token, an empty list too, and which key minted it', async () => {
    const limited = { ...ann, channels: [], conferences: ['k'], apiKeyId: 'key-1' };
    const { token } = await tokens.mint(limited, 60_000);
    expect((await tokens.authenticate(token)).caller).toEqual(limited);
  });

  it('refuses tokens of another kind, and expired ones', async () => {
    const invalid = new DomainError('token_invalid');
    const play = await signer.sign('play', { channelId: 'c1' }, 60);
    await expect(tokens.authenticate(play)).rejects.toThrow(invalid);
    const { token } = await tokens.mint(ann, -1000);
    await expect(tokens.authenticate(token)).rejects.toThrow(invalid);
  });
});
