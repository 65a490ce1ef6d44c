import type { Ref } from 'vue';
import type { usePlayer } from './usePlayer';

/** A player as its controls see it. */
export type LivePlayback = ReturnType<typeof usePlayer> & {
  /** How far the screen is behind, ms; null: not known. */
  latencyMs?: Readonly<Ref<number | null>>;
};
