import { becomes } from './node-person';
import type { InRoom } from './people';

export const isOnline = ({ person }: InRoom) =>
  becomes(person.lianmai.im.state, (state) => state === 'online');
export const isAway = ({ person }: InRoom, ms?: number) =>
  becomes(person.lianmai.im.state, (state) => state === 'offline', ms);
export const inCall = ({ call }: InRoom) => becomes(call.state, (state) => state === 'connected');

/** The guest applies and is accepted. Resolves when both are in the call. */
export async function coHost(host: InRoom, guest: InRoom): Promise<void> {
  await Promise.all([host, guest].map(({ room }) => becomes(room.joined, Boolean)));
  await guest.invitations.apply();
  const [application] = await becomes(host.invitations.queue, (queue) => queue.length > 0);
  host.coHosting.told(await host.invitations.accept(application!.id));
  await Promise.all([inCall(host), inCall(guest)]);
}

/** Without a gap in its numbers. */
export function isWhole(messages: readonly { seq: number }[]): boolean {
  return messages.every(({ seq }, index) => seq === messages[0]!.seq + index);
}
