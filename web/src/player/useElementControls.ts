/** What a person does to a playing element: loudness, pause, full screen, picture in picture. */
import { useEventListener, useStorage } from '@vueuse/core';
import { onScopeDispose, type Ref, ref, watch } from 'vue';

/** 0 .. 1, on this device for every player. */
const volume = useStorage('lianmai.volume', 1);

/** @param frame what fills the screen: the picture with all that lies on it */
export function useElementControls(
  video: Readonly<Ref<HTMLVideoElement | null>>,
  frame: Readonly<Ref<HTMLElement | null>>,
) {
  const paused = ref(false);
  const fullscreen = ref(false);
  const pictured = ref(false);
  watch(
    [video, volume],
    ([element, loud]) => {
      if (element) element.volume = Math.min(1, Math.max(0, loud));
    },
    { immediate: true },
  );
  useEventListener(video, ['play', 'playing'], () => (paused.value = false));
  useEventListener(video, 'enterpictureinpicture', () => (pictured.value = true));
  useEventListener(video, 'leavepictureinpicture', () => (pictured.value = false));
  useEventListener(document, 'fullscreenchange', () => {
    fullscreen.value = document.fullscreenElement !== null;
  });
  onScopeDispose(() => {
    if (pictured.value) void document.exitPictureInPicture().catch(() => undefined);
  });

  /** iPhones have full screen for the video alone. */
  function toggleFullscreen(): void {
    if (document.fullscreenElement) return void document.exitFullscreen();
    const { value: element } = frame;
    if (element?.requestFullscreen) return void element.requestFullscreen().catch(() => undefined);
    (video.value as { webkitEnterFullscreen?: () => void } | null)?.webkitEnterFullscreen?.();
  }

  function togglePicture(): void {
    if (document.pictureInPictureElement) return void document.exitPictureInPicture();
    void video.value?.requestPictureInPicture().catch(() => undefined);
  }

  function togglePause(): void {
    const { value: element } = video;
    if (!element) return;
    paused.value = !element.paused;
    if (paused.value) element.pause();
    else void element.play().catch(() => undefined);
  }

  return {
    ...{ volume, paused, fullscreen, pictured, toggleFullscreen, togglePicture, togglePause },
    canPicture: document.pictureInPictureEnabled === true,
  };
}

export type ElementControls = ReturnType<typeof useElementControls>;
