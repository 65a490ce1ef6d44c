import { API_BACKOFF, LianmaiError, Retry } from '@lianmai/client';
import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { api } from '../app/lianmai';
import type { ChannelView } from '../contracts';
import { useIm } from '../app/useIm';

const isPassing = ({ status }: LianmaiError) => status === 0 || status >= 500;

/** The channel that a page is about, or why there is none. */
export function useChannel(channelId: string) {
  const channel = ref<ChannelView | null>(null);
  const problem = shallowRef<LianmaiError | null>(null);
  const retry = new Retry(API_BACKOFF);
  onScopeDispose(() => retry.cancel());

  async function refresh(): Promise<void> {
    try {
      channel.value = await api.getChannel(channelId);
      problem.value = null;
      retry.reset();
    } catch (reason) {
      problem.value = LianmaiError.of(reason);
      // No answer, or none of the channel: there may be one soon.
      if (isPassing(problem.value)) retry.later(() => void refresh());
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
