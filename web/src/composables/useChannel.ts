import { ref, shallowRef } from 'vue';
import { api } from '../api';
import type { ChannelView } from '../contracts';
import { Problem } from '../lib/problem';

/** The channel that a page is about, or why there is none. */
export function useChannel(channelId: string) {
  const channel = ref<ChannelView | null>(null);
  const problem = shallowRef<Problem | null>(null);

  async function refresh(): Promise<void> {
    try {
      channel.value = await api.getChannel(channelId);
      problem.value = null;
    } catch (reason) {
      problem.value = Problem.of(reason);
    }
  }
  void refresh();
  return { channel, problem, refresh };
}
