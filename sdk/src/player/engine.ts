import type { PlaybackView, PlayerProtocol } from '../contracts';

/** What a viewer picks of: `flv` is HTTP-FLV, `hls` LL-HLS, by a library or by the browser itself. */
export type PlayerFormat = 'flv' | 'hls';

/** One way to play a live stream. */
export interface PlayerEngine {
  readonly protocol: PlayerProtocol;
  readonly format: PlayerFormat;
  /** From the hub to the screen, ms, where a running one can't tell. */
  readonly usualLatencyMs: number;
  /**
   * Makes an element load a live stream; playing it is the caller's.
   * @param onLost the stream has broken off or ended, called once or more
   * @returns null: this browser can't play it so
   */
  start(video: HTMLVideoElement, playback: PlaybackView, onLost: () => void): Promise<RunningEngine | null>;
}

/** A stream that an element plays. */
export interface RunningEngine {
  /** How far the screen is behind the hub, ms, as far as it knows; null: it can't tell (yet). */
  latencyMs(): number | null;
  /** Gives the element up. */
  destroy(): void;
}

/**
 * Of `import()`: bundlers disagree about what the default of a CommonJS package is, and so do their types.
 */
export type Loaded<T> = { default: T | { default: T } };

export async function loaded<T extends object>(load: () => Promise<Loaded<T>>): Promise<T> {
  const { default: module } = await load();
  return 'default' in module ? module.default : module;
}
