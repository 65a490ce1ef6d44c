import type { ChatMessage } from '../contracts';
import { CHAT_LIMIT, contiguousSeq, historyStart, mergeMessages } from './chat-log';

const message = (seq: number, text = `m${seq}`): ChatMessage => ({
  channelId: 'c',
  seq,
  kind: 'user',
  event: null,
  userId: 'u',
  name: 'U',
  text,
  sentAt: '2026-01-01T00:00:00Z',
});
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => message(from + index));

describe('mergeMessages', () => {
  it('orders by seq and keeps one of each', () => {
    const merged = mergeMessages([message(3), message(5)], [message(4), message(3), message(6)]);
    expect(merged.map((m) => m.seq)).toEqual([3, 4, 5, 6]);
  });

  it('lets the oldest go above the limit', () => {
    const merged = mergeMessages(range(1, CHAT_LIMIT), range(CHAT_LIMIT + 1, CHAT_LIMIT + 10));
    expect(merged).toHaveLength(CHAT_LIMIT);
    expect(merged[0]?.seq).toBe(11);
  });
});

describe('contiguousSeq', () => {
  it('stops before a gap', () => {
    expect(contiguousSeq([message(7), message(8), message(10)])).toBe(8);
    expect(contiguousSeq([])).toBe(0);
  });
});

describe('historyStart', () => {
  it('is the newest page at first, and what is here afterwards', () => {
    expect(historyStart([], 500, 200)).toBe(300);
    expect(historyStart([], 20, 200)).toBe(0);
    expect(historyStart([message(5), message(6), message(9)], 12, 200)).toBe(6);
  });
});
