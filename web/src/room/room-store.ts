/** All that a page of a channel knows, made once and provided to its parts. */
import { computed, inject, type InjectionKey, provide } from 'vue';
import { useIm } from '../app/useIm';
import { user } from '../app/session';
import { useCall } from '../call/useCall';
import type { InvitationView } from '../contracts';
import { usePk } from '../pk/usePk';
import { useChannel } from './useChannel';
import { useCoHost } from './useCoHost';
import { useInvitations } from './useInvitations';
import { useRoom } from './useRoom';

interface RoomOptions {
  channelId: string;
  /** Which seat this page may take. */
  role: 'host' | 'guest';
  /** An invitation or application of this channel is no longer pending. */
  onAnswer?: (invitation: InvitationView) => void;
}

function makeRoomStore({ channelId, role, onAnswer }: RoomOptions) {
  const im = useIm();
  const room = useRoom(channelId);
  const coHost = useCoHost(channelId);
  const { channel, problem, refresh } = useChannel(channelId);
  const me = user.value?.id ?? '';
  return {
    ...{ channelId, me, channel, problem, refresh, room, coHost },
    /** The session that runs; null: nobody is on the air together. */
    session: coHost.active,
    connected: im.connected,
    call: useCall(coHost, role),
    invitations: useInvitations(channelId, onAnswer),
    pk: usePk(channelId, role === 'host'),
    isOwner: computed(() => channel.value?.ownerId === me),
  };
}

export type RoomStore = ReturnType<typeof makeRoomStore>;
const KEY: InjectionKey<RoomStore> = Symbol('room');

/** In the setup of the page. */
export function provideRoomStore(options: RoomOptions): RoomStore {
  const store = makeRoomStore(options);
  provide(KEY, store);
  return store;
}

/** In the setup of its parts. */
export function useRoomStore(): RoomStore {
  const store = inject(KEY);
  if (!store) throw new Error('a part of a channel’s page is used outside of one');
  return store;
}
