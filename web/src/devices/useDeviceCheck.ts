/** Camera and microphone of this device, tried before anybody else gets them. */
import { LianmaiError, type MediaWish, stopMedia } from '@lianmai/client';
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { lianmai } from '../app/lianmai';
import { useDevices } from './useDevices';
import { useLevel } from './useLevel';

/** To be called in a component's setup; devices that nobody took are released with it. */
export function useDeviceCheck() {
  const { cameras, microphones, chosen, refresh } = useDevices();
  const media = shallowRef<MediaStream | null>(null);
  const problem = shallowRef<LianmaiError | null>(null);
  const audioOnly = ref(false);
  const heard = ref(false);
  const { level, decibel, speaking } = useLevel(media);
  /** Rises with each request: an older one's devices are released. */
  let turn = 0;

  async function ask(without: { camera?: boolean } = {}): Promise<void> {
    const mine = ++turn;
    audioOnly.value = without.camera ?? false;
    problem.value = null;
    release();
    try {
      const stream = await lianmai.askForMedia(wish());
      if (mine !== turn) return stopMedia(stream);
      media.value = stream;
      void refresh();
    } catch (reason) {
      if (mine === turn) problem.value = LianmaiError.of(reason);
    }
  }

  const wish = (): MediaWish => ({
    audioOnly: audioOnly.value,
    cameraId: chosen.value.camera,
    microphoneId: chosen.value.microphone,
  });

  /** The person picks another device. */
  function choose(kind: 'camera' | 'microphone', deviceId: string): void {
    chosen.value = { ...chosen.value, [kind]: deviceId };
    void ask({ camera: audioOnly.value });
  }

  function release(): void {
    stopMedia(media.value);
    media.value = null;
  }

  /** The devices, for somebody who releases them from now on; null: there are none. */
  function take(): MediaStream | null {
    const taken = media.value;
    media.value = null;
    return taken;
  }

  const inUse = (kind: 'audio' | 'video') =>
    computed(
      () =>
        media.value
          ?.getTracks()
          .find((track) => track.kind === kind)
          ?.getSettings() ?? null,
    );
  const camera = inUse('video');
  const microphone = inUse('audio');
  onScopeDispose(() => {
    turn += 1;
    release();
  });

  return {
    ...{ media, problem, audioOnly, ask, choose, take, cameras, microphones, camera, microphone },
    ...{ level, decibel, speaking, heard },
  };
}

export type DeviceCheck = ReturnType<typeof useDeviceCheck>;
