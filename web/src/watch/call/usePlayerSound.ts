import { type Ref, ref, watch } from 'vue';
import type { LivePlayback } from '../../player/playback';

/**
 * A player that is silent while `silenced`, and as its viewer wants it otherwise. What its controls are given in place of
 * the player's own `muted`.
 */
export function usePlayerSound(player: LivePlayback, silenced: Readonly<Ref<boolean>>) {
  const muted = ref(player.muted.value);
  const apply = () => player.setMuted(muted.value || silenced.value);
  watch(silenced, apply, { flush: 'sync' });
  // Browsers may allow no sound before the first click.
  watch(player.muted, (is) => {
    if (is && !silenced.value) muted.value = true;
  });
  return {
    muted,
    setMuted(value: boolean): void {
      muted.value = value;
      apply();
    },
  };
}
