/** The one connection of this tab: chat, presence and every signal. */
import type { ServerToClientEvents } from '@lianmai/client';
import { computed, onScopeDispose } from 'vue';
import { lianmai } from './lianmai';
import { follow } from './readable';

/** To be called in a component's setup: what it listens to ends with the component. */
export function useIm() {
  const { im } = lianmai;
  const state = follow(im.state);

  return {
    connected: computed(() => state.value === 'online'),
    on<E extends keyof ServerToClientEvents>(event: E, listener: ServerToClientEvents[E]): void {
      onScopeDispose(im.on(event, listener));
    },
    /** Calls now, where connected, and after every later connect: what was missed meanwhile is fetched there. */
    onConnect: (listener: () => void) => onScopeDispose(im.onConnect(listener)),
  };
}
