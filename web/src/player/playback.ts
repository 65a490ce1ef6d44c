import type { usePlayer } from './usePlayer';

/** A player as its controls see it. */
export type LivePlayback = ReturnType<typeof usePlayer>;
