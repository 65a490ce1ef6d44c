/** A room's chat as its parts need it: what is said, who may say something, and why not. */
import { computed } from 'vue';
import { ensureName } from '../app/visitor';
import type { ChatMessage } from '../contracts';
import { t } from '../i18n';
import { en, type TextKey } from '../i18n/en';
import type { Room } from '../room/useRoom';
import { useAction } from '../ui/useAction';
import { useNow } from '../ui/useNow';

export function useChat(room: Room) {
  const { busy, error, run } = useAction();
  const now = useNow();
  const muted = computed(() => {
    const mute = room.mute.value;
    return mute !== null && (mute.until === null || Date.parse(mute.until) > now.value);
  });
  const banned = computed(() => room.problem.value?.code === 'banned_from_room');

  /** @returns whether it was said */
  async function say(text: string): Promise<boolean> {
    const line = text.trim();
    if (!line || !(await ensureName())) return false;
    return run(() => room.send(line));
  }
  return { messages: room.messages, joined: room.joined, muted, banned, busy, error, run, say };
}

export type ChatOfRoom = ReturnType<typeof useChat>;

/** A system message in the page's language; a kind that it doesn't know stays in the server's words. */
export function systemText({ event, name, text: english }: ChatMessage): string {
  const key = `chat.event.${event}`;
  return key in en ? t(key as TextKey, { name }) : english;
}
