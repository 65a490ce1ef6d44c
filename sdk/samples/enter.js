import { Lianmai } from '@lianmai/client';

/**
 * One user in one host's show.
 *
 * @param {string} userId
 * @param {string} hostId
 */
export async function enter(userId, hostId) {
  const { url, channelId } = await login(userId, hostId);
  const lianmai = new Lianmai({ url, token: async () => (await login(userId, hostId)).token });
  const isHost = userId === hostId;
  const coHosting = lianmai.coHosting(channelId);
  return {
    lianmai,
    isHost,
    coHosting,
    room: lianmai.room(channelId),
    invitations: lianmai.invitations(channelId),
    call: lianmai.call(coHosting, { userId, role: isHost ? 'host' : 'guest' }),
  };
}

/** At your own backend. */
async function login(userId, hostId) {
  const response = await fetch('/my/login', { method: 'POST', body: JSON.stringify({ userId, hostId }) });
  if (!response.ok) throw new Error(`the login failed: ${await response.text()}`);
  return response.json();
}
