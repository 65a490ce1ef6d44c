import { shallowRef } from 'vue';
import type { ChatMessage } from '../contracts';
import { contiguousSeq, historyStart, mergeMessages } from '../lib/chat-log';
import { useIm } from './useIm';
import type { Room } from './useRoom';

/** What the server sends of the history at once. */
const PAGE = 200;

/** Chat of a room: history first, then live; after a reconnect or a gap only what is missing is fetched. */
export function useChat(channelId: string, room: Room) {
  const im = useIm();
  const messages = shallowRef<ChatMessage[]>([]);
  let catchingUp = false;

  async function catchUp(lastSeq: number): Promise<void> {
    if (catchingUp) return;
    catchingUp = true;
    try {
      let from = historyStart(messages.value, lastSeq, PAGE);
      while (from < lastSeq) {
        const page = await im.ask('room:history', { channelId, afterSeq: from });
        const end = page.at(-1);
        if (!end) return;
        messages.value = mergeMessages(messages.value, page);
        from = end.seq;
      }
    } catch {
      // The next message or reconnect shows the gap again.
    } finally {
      catchingUp = false;
    }
  }

  room.onSnapshot((snapshot) => void catchUp(snapshot.lastSeq));
  im.on('room:message', (message) => {
    if (message.channelId !== channelId) return;
    messages.value = mergeMessages(messages.value, [message]);
    if (contiguousSeq(messages.value) < message.seq) void catchUp(message.seq);
  });

  /** Throws Problem. */
  async function send(text: string): Promise<void> {
    const message = await im.ask('room:send', { channelId, text });
    messages.value = mergeMessages(messages.value, [message]);
  }

  return { messages, send };
}
