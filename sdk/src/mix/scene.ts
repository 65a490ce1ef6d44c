/** Who is heard in the mix, and what of a picture is seen in its tile: pure, by the same rules as the server's. */
import type { CoHostMixSeatView } from '../contracts';

/**
 * Does anything of a member reach the mix that can be heard?
 * @param tracks of their sound; a microphone that is turned off in this page has one that isn't enabled
 */
export function isHeard(
  { audio, gain }: Pick<CoHostMixSeatView, 'audio' | 'gain'>,
  tracks: Pick<MediaStreamTrack, 'enabled' | 'readyState'>[],
): boolean {
  return audio && gain > 0 && tracks.some((track) => track.enabled && track.readyState === 'live');
}

interface Size {
  width: number;
  height: number;
}
interface Area extends Size {
  x: number;
  y: number;
}

/**
 * Which part of a picture goes where in its tile, in pixels.
 * @param fit `crop` fills the tile and leaves out what is too much at the edges; `fit` shows all, with bars
 */
export function place(picture: Size, tile: Area, fit: 'crop' | 'fit'): { from: Area; to: Area } {
  const { width, height } = picture;
  const scales = [tile.width / width, tile.height / height];
  const scale = fit === 'crop' ? Math.max(...scales) : Math.min(...scales);
  const shown = { width: Math.min(width, tile.width / scale), height: Math.min(height, tile.height / scale) };
  const filled = { width: shown.width * scale, height: shown.height * scale };
  return {
    from: { x: (width - shown.width) / 2, y: (height - shown.height) / 2, ...shown },
    to: {
      x: tile.x + (tile.width - filled.width) / 2,
      y: tile.y + (tile.height - filled.height) / 2,
      ...filled,
    },
  };
}
