import type { MixStreamMessage } from '@lianmai/client';
import { type Ref, shallowRef, watch } from 'vue';

/** From this level on (root mean square, 0 .. 1; -45 dB), somebody speaks. */
const SPEAKS = 0.0056;
/** A mix tells of itself once a second: who isn't told of again by then, ms, is silent. */
const HOLD_MS = 1500;

/** Who speaks, by what a mix says of the picture that is on the screen. To be called in a component's setup. */
export function useHeard(mix: Readonly<Ref<MixStreamMessage | null>>): Readonly<Ref<ReadonlySet<string>>> {
  const speaking = shallowRef<ReadonlySet<string>>(new Set());
  watch(mix, (now, _, onCleanup) => {
    const loud = now?.tiles.filter(({ level }) => level >= SPEAKS) ?? [];
    speaking.value = new Set(loud.map(({ userId }) => userId));
    const timer = setTimeout(() => (speaking.value = new Set()), HOLD_MS);
    onCleanup(() => clearTimeout(timer));
  });
  return speaking;
}
