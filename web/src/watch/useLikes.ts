/** Likes: each tap is shown at once and told to the server once a second; what all have given comes from there. */
import { onScopeDispose, ref, watch, type Ref } from 'vue';
import { lianmai } from '../app/lianmai';
import type { ChannelView } from '../contracts';
import { likesApi } from './likes-api';

const SEND_EVERY_MS = 1000;
/** Of one message. */
const MOST = 50;

export function useLikes(channelId: string, channel: Readonly<Ref<ChannelView | null>>) {
  /** null: this server knows no likes. */
  const total = ref<number | null>(null);
  let unsent = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const isAt = (likes: number) => (total.value = Math.max(total.value ?? 0, likes + unsent));
  watch(channel, (now) => {
    const likes = now && likesApi.of(now);
    if (typeof likes === 'number') isAt(likes);
  });
  onScopeDispose(likesApi.onTotal(lianmai, (event) => event.channelId === channelId && isAt(event.likes)));
  onScopeDispose(() => clearTimeout(timer));

  function like(): void {
    if (unsent >= MOST) return;
    unsent += 1;
    total.value = (total.value ?? 0) + 1;
    timer ??= setTimeout(send, SEND_EVERY_MS);
  }

  function send(): void {
    timer = undefined;
    const count = unsent;
    unsent = 0;
    // What is lost here is a like.
    void likesApi.send(lianmai, channelId, count).catch(() => undefined);
  }

  return { total, like };
}

export type Likes = ReturnType<typeof useLikes>;
