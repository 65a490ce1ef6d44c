import { type Ref, ref, watch } from 'vue';

/** Pulled this far, px, a sheet changes over. */
const FAR = 60;

/** A sheet by its handle: pulled up it is high, pulled down it is low, and then gone. */
export function usePull(show: Ref<boolean>) {
  const high = ref(false);
  /** How far down it is pulled just now, px. */
  const pulled = ref(0);
  let from: number | null = null;
  watch(show, (is) => is || ((high.value = false), (pulled.value = 0)));

  function start(event: PointerEvent): void {
    from = event.clientY;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  }
  function move(event: PointerEvent): void {
    if (from !== null) pulled.value = event.clientY - from;
  }
  function end(): void {
    if (from === null) return;
    from = null;
    if (pulled.value < -FAR) high.value = true;
    else if (pulled.value > FAR && high.value) high.value = false;
    else if (pulled.value > FAR) show.value = false;
    pulled.value = 0;
  }
  return { high, pulled, start, move, end };
}

export type Pull = ReturnType<typeof usePull>;
