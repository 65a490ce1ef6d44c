/** Likes: each press is shown at once; what all have given comes from the server. */
import { ref, watch } from 'vue';
import { ensureName } from '../app/visitor';
import type { Room } from '../room/useRoom';

export function useLikes({ room, likes }: Room) {
  const total = ref(likes.value);
  watch(likes, (all) => (total.value = Math.max(total.value, all)));

  /** @returns whether it counts: visitors say who they are first */
  async function like(): Promise<boolean> {
    if (!(await ensureName())) return false;
    total.value += 1;
    room.like();
    return true;
  }
  return { total, like };
}

export type Likes = ReturnType<typeof useLikes>;
