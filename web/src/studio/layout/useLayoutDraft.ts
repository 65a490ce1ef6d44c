/** The layout and output that are on the air (or will be, with the next co-hosting), and a draft of others. */
import { computed, shallowRef } from 'vue';
import { api } from '../../app/lianmai';
import type { CustomRect, Layout, MixOutput } from '../../contracts';
import type { Studio } from '../studio-store';
import { rectsOf } from './rects';

export interface Arrangement {
  layout: Layout;
  output: MixOutput;
}
/** Steps that can be taken back. */
const MAX_PAST = 50;

export function useLayoutDraft({ channelId, channel, refresh, session, coHost }: Studio) {
  const draft = shallowRef<Arrangement | null>(null);
  const past = shallowRef<readonly (Arrangement | null)[]>([]);
  const live = computed<Arrangement | null>(() => {
    const { value } = channel;
    if (!value) return null;
    const { layout, output } = session.value ?? value;
    return { layout, output: output ?? value.output };
  });
  const shown = computed(() => draft.value ?? live.value);
  /** Who sits where; without a co-hosting, as with two guests. */
  const seats = computed(() => {
    const members = session.value?.members.filter(({ state }) => state !== 'left') ?? [];
    return members.length > 0 ? members.map(({ seat }) => seat) : [0, 1, 2];
  });
  const rects = computed<CustomRect[]>(() =>
    shown.value ? rectsOf(shown.value.layout, seats.value, shown.value.output) : [],
  );

  function set(next: Arrangement): void {
    past.value = [...past.value, draft.value].slice(-MAX_PAST);
    draft.value = next;
  }
  /** What is undefined is no more. */
  function editLayout(change: { [Key in keyof Layout]?: Layout[Key] | undefined }): void {
    if (shown.value) set({ ...shown.value, layout: { ...shown.value.layout, ...change } });
  }
  function setLayout(layout: Layout): void {
    if (shown.value) set({ ...shown.value, layout });
  }
  function editOutput(change: Partial<MixOutput>): void {
    if (shown.value) set({ ...shown.value, output: { ...shown.value.output, ...change } });
  }
  /** @param settled false: while it is dragged, which is one step altogether */
  function setRects(next: CustomRect[], settled = true): void {
    if (!shown.value) return;
    const arrangement = {
      ...shown.value,
      layout: { ...shown.value.layout, kind: 'custom' as const, rects: next },
    };
    if (settled) set(arrangement);
    else draft.value = arrangement;
  }
  /** The state that a drag began from is what undo goes back to. */
  function mark(): void {
    past.value = [...past.value, draft.value].slice(-MAX_PAST);
  }
  function undo(): void {
    if (past.value.length === 0) return;
    draft.value = past.value.at(-1) ?? null;
    past.value = past.value.slice(0, -1);
  }
  function revert(): void {
    draft.value = null;
    past.value = [];
  }

  /** Puts a layout or an output on the air, or keeps them for the next co-hosting. @throws LianmaiError */
  async function send(patch: Partial<Arrangement>): Promise<void> {
    if (session.value) coHost.told(await api.patchCoHost(channelId, patch));
    else {
      await api.patchChannel(channelId, patch);
      await refresh();
    }
  }
  async function apply(): Promise<void> {
    const [next, now] = [draft.value, live.value];
    if (!next || !now) return;
    await send({
      ...(next.layout === now.layout ? {} : { layout: next.layout }),
      ...(next.output === now.output ? {} : { output: next.output }),
    });
    revert();
  }
  return {
    ...{ live, shown, seats, rects, editLayout, setLayout, editOutput, setRects, mark },
    ...{ undo, revert, apply, send },
    isDirty: computed(() => draft.value !== null),
    canUndo: computed(() => past.value.length > 0),
  };
}

export type LayoutDraft = ReturnType<typeof useLayoutDraft>;
