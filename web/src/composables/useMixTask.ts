import { computed, type Ref, ref, watch } from 'vue';
import { api } from '../api';
import type { CoHostView, MixTaskView } from '../contracts';
import { useIm } from './useIm';

/** The mix of the running session, which its host is told of. */
export function useMixTask(channelId: string, active: Readonly<Ref<CoHostView | null>>) {
  const im = useIm();
  const task = ref<MixTaskView | null>(null);

  im.on('mix:task', (view) => {
    if (view.channelId === channelId) task.value = view;
  });

  /** What was told before this page was there. */
  async function load(id: string): Promise<void> {
    const before = task.value;
    try {
      const view = await api.getMixTask(id);
      if (task.value === before) task.value = view;
    } catch {
      // The next signal tells it.
    }
  }
  const taskId = computed(() => active.value?.mixTaskId ?? null);
  watch(taskId, (id) => id && void load(id));
  im.onConnect(() => taskId.value && void load(taskId.value));

  /** Of this session: a signal may be of the one before. */
  const current = computed(() => (task.value?.id === taskId.value ? task.value : null));

  return {
    /** It waits until a mixer has room for it. */
    waits: computed(
      () => current.value?.error === 'mixers_busy' && ['queued', 'retrying'].includes(current.value.state),
    ),
    /** Its machine is too busy for all that it should be. */
    relieved: computed(() => (current.value?.relief.length ?? 0) > 0),
  };
}
