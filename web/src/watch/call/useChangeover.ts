/**
 * From viewer to guest and back without a gap: the player stays until the call is drawn, and is drawn again before the
 * call goes. Of the two one is heard at a time.
 */
import { computed, onScopeDispose, type Ref, ref, watch } from 'vue';
import type { Call } from '../../call/useCall';
import type { CoHostView } from '../../contracts';
import { whenDrawn, whenMoving } from './tiles-drawn';

/**
 * `entering`: the player until the tiles are drawn. `leaving`: the call until the player is drawn. `left`: the player,
 * while the server is told.
 */
type Phase = 'watching' | 'entering' | 'in' | 'leaving' | 'left';

/** A player that shows nothing by then, ms, doesn't keep anybody in a call. */
const PATIENCE_MS = 2000;

export interface ChangeoverOptions {
  call: Call;
  session: Readonly<Ref<CoHostView | null>>;
  video: Readonly<Ref<HTMLVideoElement | null>>;
  /** Where the tiles are. */
  tiles: Readonly<Ref<HTMLElement | null>>;
  /** Called while the tiles of a call that has ended still show their last pictures. */
  onCut: () => void;
}

export function useChangeover({ call, session, video, tiles, onCut }: ChangeoverOptions) {
  const phase = ref<Phase>('watching');
  /** As it is now, whatever was seen of it before. */
  const is = (...phases: Phase[]) => phases.includes(phase.value);
  /** The player moves, since it was last asked for. */
  const ready = ref(true);
  const hears = ref(false);
  const inCall = computed(() => call.seat.value !== null && call.state.value !== 'replaced');
  const ending = computed(() => session.value?.state === 'ending');
  const wanted = computed(() => phase.value !== 'in' || ending.value);
  let stop: () => void = () => undefined;

  function become(next: Phase): void {
    stop();
    stop = () => undefined;
    phase.value = next;
    if (next === 'entering') stop = whenDrawn(awaited, () => become('in'));
    if (next === 'watching') hears.value = false;
  }

  /** Tiles of people on the air whose camera is on. */
  function awaited(): (HTMLVideoElement | null)[] | null {
    const view = session.value;
    if (call.state.value !== 'connected' || !view) return null;
    const seen = [...view.members, ...view.opponents].filter(
      ({ state, video: on }) => state !== 'left' && on,
    );
    return seen.map(({ userId }) => tileOf(userId));
  }
  const tileOf = (userId: string) =>
    tiles.value?.querySelector<HTMLVideoElement>(
      `[data-testid="tile"][data-user-id="${CSS.escape(userId)}"] video`,
    ) ?? null;

  /** Resolves when the player shows something again. */
  function playerReady(): Promise<void> {
    if (ready.value) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, PATIENCE_MS);
      const end = watch(ready, done);
      function done(): void {
        clearTimeout(timer);
        end();
        resolve();
      }
    });
  }

  /** Hangs up once the player is there; the microphone is closed at once. */
  async function leave(): Promise<void> {
    if (!is('in')) return call.leave();
    become('leaving');
    for (const track of call.local.value?.getAudioTracks() ?? []) track.enabled = false;
    await playerReady();
    if (!is('leaving')) return;
    become('left');
    await call.leave().catch((error: unknown) => {
      if (is('left')) become('in');
      throw error;
    });
  }

  watch(
    inCall,
    (now) => {
      if (now) return become('entering');
      if (is('in') && !ready.value) onCut();
      become('watching');
    },
    { immediate: true, flush: 'sync' },
  );
  watch(
    wanted,
    (now, _, onCleanup) => {
      ready.value = false;
      const element = video.value;
      if (now && element) onCleanup(whenMoving(element, () => (ready.value = true)));
    },
    { flush: 'post' },
  );
  // Sound comes with the first packets of somebody's microphone, before any picture.
  watch(
    [inCall, call.remotes],
    ([now, remotes], _, onCleanup) => {
      const heard = () => (hears.value = true);
      for (const track of now ? [...remotes.values()].flatMap((stream) => stream.getAudioTracks()) : []) {
        if (!track.muted) heard();
        else track.addEventListener('unmute', heard, { once: true });
        onCleanup(() => track.removeEventListener('unmute', heard));
      }
    },
    { immediate: true, flush: 'sync' },
  );
  onScopeDispose(() => stop());

  return {
    phase,
    leave,
    /** Whether the player is to run. */
    wanted,
    ready,
    /** Which of the two is shown. */
    shows: computed(() => (is('in', 'leaving') ? 'call' : 'player')),
    /** The player runs without sound. */
    silenced: computed(() => phase.value !== 'left' && inCall.value && hears.value),
  };
}

export type Changeover = ReturnType<typeof useChangeover>;
