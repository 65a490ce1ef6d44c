import { Problem } from './problem';

/** Letters stay legible at 1080p, and what moves may: a film at 30 pictures a second. */
const SCREEN: DisplayMediaStreamOptions = {
  video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 15, max: 30 } },
  audio: false,
};

/** Browsers of phones can't. */
export function canShareScreen(): boolean {
  const devices = navigator.mediaDevices as Partial<MediaDevices> | undefined;
  return typeof devices?.getDisplayMedia === 'function';
}

/**
 * Asks the person for a screen, a window or a tab; null: they chose none.
 * @throws Problem screen_failed
 */
export async function askForScreen(): Promise<MediaStream | null> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(SCREEN);
    // Where bits are short, fewer pictures rather than letters that can't be read (Content-Hints §2).
    for (const track of stream.getVideoTracks()) track.contentHint = 'detail';
    return stream;
  } catch (error) {
    if ((error as { name?: string } | null)?.name === 'NotAllowedError') return null;
    throw Problem.local('screen_failed');
  }
}
