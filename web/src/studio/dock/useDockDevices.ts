/** Microphone and camera of this page, whoever they go to: the call, the push, or nobody yet. */
import { LianmaiError } from '@lianmai/client';
import { computed } from 'vue';
import { lianmai } from '../../app/lianmai';
import { toast } from '../../app/toast';
import { useDevices } from '../../devices/useDevices';
import { useLevel } from '../../devices/useLevel';
import { useStudio } from '../studio-store';
import { useMutedPush } from './useMutedPush';

export function useDockDevices() {
  const { call, push, inCall } = useStudio();
  const { cameras, microphones, chosen, refresh } = useDevices();
  const pushed = useMutedPush(push.media);
  const media = computed(() => (inCall.value ? call.local.value : push.media.value));
  const { level } = useLevel(media);
  const failed = (reason: unknown) => void toast.failed(LianmaiError.of(reason));
  const seat = call.seat;

  function setMicrophone(on: boolean): void {
    if (inCall.value) call.setMicrophone(on).catch(failed);
    else pushed.set('audio', on);
  }
  function setCamera(on: boolean): void {
    if (inCall.value) call.setCamera(on).catch(failed);
    else pushed.set('video', on);
  }

  /** Another device, now where one is in use, and from now on. */
  async function choose(kind: 'camera' | 'microphone', deviceId: string): Promise<void> {
    chosen.value = { ...chosen.value, [kind]: deviceId };
    if (!media.value) return;
    try {
      const wish = kind === 'camera' ? { cameraId: deviceId } : { audioOnly: true, microphoneId: deviceId };
      const stream = await lianmai.askForMedia(wish);
      for (const track of stream.getTracks()) {
        if ((track.kind === 'video') !== (kind === 'camera')) track.stop();
        else if (inCall.value) call.replaceTrack(track);
        else push.replaceTrack(track);
      }
      void refresh();
    } catch (reason) {
      failed(reason);
    }
  }

  return {
    ...{ media, level, cameras, microphones, choose, setMicrophone, setCamera },
    microphone: computed(() => (inCall.value ? call.microphone.value : pushed.on.value.audio)),
    camera: computed(() => (inCall.value ? call.camera.value : pushed.on.value.video)),
    hasCamera: computed(() => (media.value?.getVideoTracks().length ?? 0) > 0),
    audioLocked: computed(() => inCall.value && (seat.value?.audioMutedByHost ?? false)),
    videoLocked: computed(() => inCall.value && (seat.value?.videoMutedByHost ?? false)),
    inUse: (kind: 'audio' | 'video') =>
      media.value
        ?.getTracks()
        .find((track) => track.kind === kind)
        ?.getSettings().deviceId ?? null,
  };
}
