import { ref, shallowRef, watch } from 'vue';
import { api } from '../app/lianmai';
import type { ChannelView } from '../contracts';
import { LianmaiError } from '@lianmai/client';
import { useIm } from '../app/useIm';

/** The channel that a page is about, or why there is none. */
export function useChannel(channelId: string) {
  const channel = ref<ChannelView | null>(null);
  const problem = shallowRef<LianmaiError | null>(null);

  async function refresh(): Promise<void> {
    try {
      channel.value = await api.getChannel(channelId);
      problem.value = null;
    } catch (reason) {
      problem.value = LianmaiError.of(reason);
    }
  }
  const im = useIm();
  // What was missed while the connection was away.
  watch(im.connected, (is) => is && void refresh());
  im.on('live:suspension', (event) => event.channelId === channelId && void refresh());
  im.on('live:host-stream', ({ channelId: id, hostStream }) => {
    if (id === channelId && channel.value) channel.value = { ...channel.value, hostStream };
  });
  void refresh();
  return { channel, problem, refresh };
}
