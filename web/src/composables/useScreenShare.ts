/** This user's screen in the call: begun by them, ended by them, by the browser's own button, or with the call. */
import { shallowRef } from 'vue';
import { stopMedia } from '../lib/local-media';
import { askForScreen, canShareScreen } from '../lib/screen-media';

/** @param send to the others; null: no longer */
export function useScreenShare(send: (track: MediaStreamTrack | null) => void) {
  const screen = shallowRef<MediaStream | null>(null);
  /** Rises with each start and stop: the answer to an older question is of no use. */
  let turn = 0;

  function stop(): void {
    turn += 1;
    if (!screen.value) return;
    stopMedia(screen.value);
    screen.value = null;
    send(null);
  }

  /** Asks which one; nothing happens where the person chooses none. @throws Problem screen_failed */
  async function share(): Promise<void> {
    stop();
    const mine = turn;
    const chosen = await askForScreen();
    if (mine !== turn) return stopMedia(chosen);
    const track = chosen?.getVideoTracks()[0];
    if (!track) return;
    track.addEventListener('ended', () => screen.value === chosen && stop());
    screen.value = chosen;
    send(track);
  }

  return {
    screen,
    canShare: canShareScreen(),
    share,
    stop,
    /** To a connection that has just been made. */
    resend: () => screen.value && send(screen.value.getVideoTracks()[0] ?? null),
  };
}
