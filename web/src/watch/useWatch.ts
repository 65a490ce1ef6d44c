/** What a viewer does on a channel: applies, is invited, goes on the air and comes back. */
import { computed, inject, type InjectionKey, provide, ref, watch } from 'vue';
import { useIm } from '../app/useIm';
import { ensureName } from '../app/visitor';
import type { InvitationView } from '../contracts';
import type { TextKey } from '../i18n/en';
import { provideRoomStore } from '../room/room-store';
import { useAction } from '../ui/useAction';

function makeWatch(channelId: string) {
  const store = provideRoomStore({ channelId, role: 'guest', onAnswer });
  const { call, invitations, me, coHost } = store;
  const im = useIm();
  const { busy, error, run } = useAction();
  const applying = ref(false);
  /** What became of an application, an invitation or a seat. */
  const message = ref<TextKey | null>(null);
  const mine = computed(() => invitations.pending.value.filter(({ userId }) => userId === me));
  const application = computed(() => mine.value.find(({ kind }) => kind === 'apply') ?? null);
  const invitation = computed(() => mine.value.find(({ kind }) => kind === 'invite') ?? null);
  const seated = computed(() => call.seat.value !== null);
  const mayApply = computed(
    () =>
      store.channel.value !== null &&
      store.channel.value.suspendedAt === null &&
      !store.isOwner.value &&
      !seated.value &&
      application.value === null,
  );

  function onAnswer({ kind, state, userId }: InvitationView): void {
    if (userId !== me || state === 'accepted') return;
    call.discard();
    if (kind === 'apply')
      message.value = state === 'cancelled' ? null : `apply.${state === 'expired' ? state : 'rejected'}`;
    else if (state !== 'rejected') message.value = 'invite.over';
  }

  async function openApplication(): Promise<void> {
    if (mayApply.value && (await ensureName())) applying.value = true;
  }

  async function apply(media: MediaStream): Promise<void> {
    await invitations.apply();
    call.prepare(media);
    message.value = null;
  }

  const cancel = (id: string) =>
    run(async () => {
      await invitations.cancel(id);
      call.discard();
    });

  async function accept(id: string, media: MediaStream): Promise<void> {
    call.claim();
    const view = await invitations.accept(id);
    call.prepare(media);
    coHost.told(view);
  }

  im.on('co-host:removed', ({ channelId: id, reason }) => {
    if (id !== channelId || reason === 'left') return;
    if (reason === 'banned_by_host') message.value = 'removed.banned';
    else message.value = reason === 'removed_by_host' ? 'removed.removed' : 'removed.over';
  });
  watch(seated, (is) => {
    if (!is) return;
    message.value = null;
    applying.value = false;
  });
  return {
    ...{ store, busy, error, applying, message, application, invitation, seated, mayApply },
    ...{ openApplication, apply, cancel, accept },
  };
}

export type Watching = ReturnType<typeof makeWatch>;
const KEY: InjectionKey<Watching> = Symbol('watching');

/** In the setup of the page. */
export function provideWatch(channelId: string): Watching {
  const watching = makeWatch(channelId);
  provide(KEY, watching);
  return watching;
}

/** In the setup of its parts. */
export function useWatch(): Watching {
  const watching = inject(KEY);
  if (!watching) throw new Error('a part of the watch page is used outside of it');
  return watching;
}
