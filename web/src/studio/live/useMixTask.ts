import { computed } from 'vue';
import { lianmai } from '../../app/lianmai';
import { follow, own } from '../../app/readable';
import type { CoHost } from '../../room/useCoHost';

/** The mix of the running session, which its host is told of. */
export function useMixTask({ coHosting }: CoHost) {
  const task = follow(own(lianmai.mixTask(coHosting)).task);
  return {
    /** It waits until a mixer has room for it. */
    waits: computed(
      () => task.value?.error === 'mixers_busy' && ['queued', 'retrying'].includes(task.value.state),
    ),
    /** Its machine is too busy for all that it should be. */
    relieved: computed(() => (task.value?.relief.length ?? 0) > 0),
  };
}
