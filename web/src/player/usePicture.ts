import { useEventListener } from '@vueuse/core';
import { computed, type Ref, ref, watch } from 'vue';

/** What shape the picture of an element has, as soon as it has one. To be called in a component's setup. */
export function usePicture(video: Readonly<Ref<HTMLVideoElement | null>>) {
  const width = ref(0);
  const height = ref(0);
  const measure = () => {
    width.value = video.value?.videoWidth ?? 0;
    height.value = video.value?.videoHeight ?? 0;
  };
  useEventListener(video, ['loadedmetadata', 'resize', 'emptied', 'timeupdate'], measure);
  watch(video, measure);
  return {
    width,
    height,
    /** Width by height; 16 : 9 while there is none. */
    ratio: computed(() => (height.value > 0 ? width.value / height.value : 16 / 9)),
    isPortrait: computed(() => height.value > width.value),
    has: computed(() => width.value > 0),
  };
}

export type Picture = ReturnType<typeof usePicture>;
