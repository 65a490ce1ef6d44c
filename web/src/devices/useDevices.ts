/** Cameras and microphones of this device, and which of them the person uses. */
import { useStorage } from '@vueuse/core';
import { onScopeDispose, shallowRef } from 'vue';

/** Chosen on this device, for every page; empty: the browser's own choice. */
const chosen = useStorage('lianmai.devices', { camera: '', microphone: '' });

export function useDevices() {
  const cameras = shallowRef<MediaDeviceInfo[]>([]);
  const microphones = shallowRef<MediaDeviceInfo[]>([]);

  /** Names are there once the person has allowed the use of one. */
  async function refresh(): Promise<void> {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    cameras.value = all.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId);
    microphones.value = all.filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId);
  }

  const onChange = () => void refresh();
  navigator.mediaDevices?.addEventListener('devicechange', onChange);
  onScopeDispose(() => navigator.mediaDevices?.removeEventListener('devicechange', onChange));
  void refresh();
  return { cameras, microphones, chosen, refresh };
}
