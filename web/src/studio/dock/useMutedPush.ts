import { type Ref, ref, watch } from 'vue';

type Kind = 'audio' | 'video';

/** Microphone and camera of a push, turned off without ending it: silence and black pictures go out. */
export function useMutedPush(media: Readonly<Ref<MediaStream | null>>) {
  const on = ref<Record<Kind, boolean>>({ audio: true, video: true });
  const apply = (): void => {
    for (const track of media.value?.getTracks() ?? []) track.enabled = on.value[track.kind as Kind];
  };
  // A push begins with both; another device in a running one is as the one before.
  watch(media, (is, was) => {
    if (!is || !was) on.value = { audio: true, video: true };
    apply();
  });
  function set(kind: Kind, isOn: boolean): void {
    on.value = { ...on.value, [kind]: isOn };
    apply();
  }
  return { on, set };
}
