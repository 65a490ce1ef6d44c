/** A reload doesn't take the host off the air: the push that was under way begins again by itself. */
import { useEventListener } from '@vueuse/core';
import { type Ref, watch } from 'vue';
import { lianmai } from '../../app/lianmai';
import { useIm } from '../../app/useIm';
import { useDevices } from '../../devices/useDevices';
import type { CoHostView } from '../../contracts';
import { toast } from '../../app/toast';
import { leftLive, noteLeaving } from './left-live';
import type { BrowserPush } from './useBrowserPush';

/** To be called in the page's setup. @param session the running co-hosting, during which a push is paused */
export function useResume(
  channelId: string,
  push: BrowserPush,
  session: Readonly<Ref<CoHostView | null>>,
): void {
  const { chosen } = useDevices();

  async function begin(audioOnly: boolean): Promise<void> {
    try {
      const { camera: cameraId, microphone: microphoneId } = chosen.value;
      push.publish(await lianmai.askForMedia({ audioOnly, cameraId, microphoneId }));
    } catch (reason) {
      toast.failed(reason);
    }
  }

  const left = leftLive(channelId, Date.now());
  if (left && !left.paused) void begin(left.audioOnly);
  /** The call has the devices now; the push has its turn when the channel goes back. */
  let waiting = left?.paused ? left : null;
  const goOn = (): void => {
    if (waiting && !push.running.value) void begin(waiting.audioOnly);
    waiting = null;
  };
  useIm().on('live:resume-push', (event) => event.channelId === channelId && goOn());
  watch(session, (is, was) => was && !is && goOn());

  useEventListener('pagehide', () => {
    const audioOnly = push.media.value?.getVideoTracks().length === 0;
    const paused = push.state.value === 'paused';
    if (push.running.value) noteLeaving(channelId, { at: Date.now(), audioOnly, paused });
    else if (waiting) noteLeaving(channelId, { ...waiting, at: Date.now() });
  });
}

/** The browser asks before it leaves the page. */
export function useLeaveQuestion(isOnAir: () => boolean): void {
  useEventListener('beforeunload', (event) => isOnAir() && event.preventDefault());
}
