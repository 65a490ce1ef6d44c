/** What the host's page knows and does beside what every page of a channel does; made once, provided to its parts. */
import { useMediaQuery } from '@vueuse/core';
import { computed, inject, type InjectionKey, provide, ref } from 'vue';
import type { InvitationView } from '../contracts';
import { provideRoomStore, type RoomStore } from '../room/room-store';
import { useBrowserPush } from './live/useBrowserPush';
import { useClientMix } from './live/useClientMix';
import { useMixTask } from './live/useMixTask';
import { usePreflight } from './live/usePreflight';
import { usePushNote } from './live/usePushNote';
import { useLeaveQuestion, useResume } from './live/useResume';

export const TABS = ['chat', 'requests', 'people', 'moderation'] as const;
export type Tab = (typeof TABS)[number];
/** What stands in the place of the tabs. */
export type Panel = 'layout' | 'ingest';

const IN_CALL = ['connected', 'reconnecting', 'joining'];

function makeStudio(store: RoomStore) {
  const { channelId, coHost, call, room, invitations } = store;
  const push = useBrowserPush(channelId);
  const inCall = computed(() => IN_CALL.includes(call.state.value));
  const preflight = usePreflight(() => inCall.value || push.running.value);
  useResume(channelId, push, coHost.active);
  useLeaveQuestion(() => push.running.value || inCall.value);

  /** An invited viewer's name is known from the room before they answer. */
  const nameOf = ({ userId, userName }: InvitationView) =>
    room.online.value.find((person) => person.userId === userId)?.name ?? userName;

  /** Takes this page into the call that an act of the host begins, with the devices of the check or those of the push. */
  async function enter<T>(media: MediaStream | null, act: () => Promise<T>): Promise<T> {
    call.claim();
    const mine = media ?? (inCall.value ? null : (push.media.value?.clone() ?? null));
    if (mine) call.prepare(mine);
    try {
      return await act();
    } catch (reason) {
      call.discard();
      throw reason;
    }
  }

  const accept = (application: InvitationView) =>
    preflight.before({
      ...{ kind: 'accept', name: nameOf(application) },
      ...{ userId: application.userId, expiresAt: application.expiresAt },
      go: (media) => enter(media, async () => coHost.told(await invitations.accept(application.id))),
      decline: () => invitations.reject(application.id),
    });
  const invite = (person: { userId: string; name: string }) =>
    preflight.before({
      ...{ kind: 'invite', ...person },
      go: (media) => enter(media, () => invitations.invite(person.userId)),
    });

  return {
    ...{ push, inCall, preflight, nameOf, enter, accept, invite },
    clientMix: useClientMix(coHost, call),
    mixTask: useMixTask(coHost),
    pushNote: usePushNote(room, coHost),
    isOnAir: computed(() => room.source.value !== 'none'),
    guests: computed(
      () =>
        coHost.active.value?.members.filter(({ role, state }) => role === 'guest' && state !== 'left') ?? [],
    ),
    tab: ref<Tab>('chat'),
    panel: ref<Panel | null>(null),
    /** On phones: what is under the picture is a sheet. */
    sheet: ref(false),
    isPhone: useMediaQuery('(max-width: 640px)'),
    /** Rises with every mute and ban made here. */
    restricted: ref(0),
  };
}

export type Studio = RoomStore & ReturnType<typeof makeStudio>;
const KEY: InjectionKey<Studio> = Symbol('studio');

/** In the setup of the page. */
export function provideStudio(channelId: string): Studio {
  let discard = (): void => undefined;
  const store = provideRoomStore({
    ...{ channelId, role: 'host' },
    // What was checked for somebody who doesn't come is let go.
    onAnswer: ({ kind, state }) => kind === 'invite' && state !== 'accepted' && discard(),
  });
  discard = () => store.call.discard();
  const studio = { ...store, ...makeStudio(store) };
  provide(KEY, studio);
  return studio;
}

/** In the setup of its parts. */
export function useStudio(): Studio {
  const studio = inject(KEY);
  if (!studio) throw new Error('a part of the studio is used outside of it');
  return studio;
}
