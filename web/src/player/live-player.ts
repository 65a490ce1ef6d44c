/** How a page gets the live picture: `flv` is HTTP-FLV, `hls` LL-HLS. */
export type PlayerFormat = 'flv' | 'hls';

/** A running player of one element. */
export interface LivePlayer {
  destroy(): void;
}

/**
 * Makes an element play a live stream; null when this browser can't play it so.
 * @param onLost the stream has broken off or ended, called once or more
 */
export type StartPlayer = (
  element: HTMLVideoElement,
  url: string,
  onLost: () => void,
) => Promise<LivePlayer | null>;
