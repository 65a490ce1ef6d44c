import { computed } from 'vue';
import type { RoomStore } from '../room/room-store';

/** Whose channel it is; the name as far as it has been told: by a co-hosting, a match, or their presence. */
export function useHost({ channel, session, pk, room }: RoomStore) {
  const id = computed(() => channel.value?.ownerId ?? '');
  const name = computed(() => {
    const isHost = ({ userId }: { userId: string }) => userId === id.value;
    return (
      session.value?.members.find(isHost)?.name ??
      (pk.own.value?.hostId === id.value ? pk.own.value.hostName : null) ??
      room.online.value.find(isHost)?.name ??
      room.messages.value.findLast((message) => message.kind === 'user' && isHost(message))?.name ??
      ''
    );
  });
  return { id, name };
}
