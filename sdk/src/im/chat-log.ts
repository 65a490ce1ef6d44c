import type { ChatMessage } from '../contracts';

/** Messages that a page keeps; older ones are dropped. */
export const CHAT_LIMIT = 500;

/** Both lists as one: by seq, each once, at most CHAT_LIMIT of the newest. */
export function mergeMessages(have: readonly ChatMessage[], more: readonly ChatMessage[]): ChatMessage[] {
  const bySeq = new Map<number, ChatMessage>();
  for (const message of have) bySeq.set(message.seq, message);
  for (const message of more) bySeq.set(message.seq, message);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq).slice(-CHAT_LIMIT);
}

/** Largest seq up to which nothing is missing; a page that begins late has its first message as the start. */
export function contiguousSeq(messages: readonly ChatMessage[]): number {
  let last = messages[0]?.seq ?? 0;
  for (const { seq } of messages.slice(1)) {
    if (seq !== last + 1) break;
    last = seq;
  }
  return last;
}

/** Where to ask the history from: after what is here without a gap, or the newest `page` messages. */
export function historyStart(messages: readonly ChatMessage[], lastSeq: number, page: number): number {
  return messages.length > 0 ? contiguousSeq(messages) : Math.max(0, lastSeq - page);
}
