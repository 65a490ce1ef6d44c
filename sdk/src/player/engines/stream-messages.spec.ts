import type { StreamMessage } from '../../contracts';
import { MessageLine, streamMessageOf } from './stream-messages';

const uuid = Uint8Array.from(Buffer.from('4c69616e6d614973a5737472656d6d73', 'hex'));
const data = (text: string) => new TextEncoder().encode(text);
const EVENT = { type: 'event', id: '1', name: 'gift', data: {} };

it('reads what is ours, and nothing else', () => {
  const sei = { uuid, user_data: data(JSON.stringify(EVENT)) };
  expect(streamMessageOf(sei)).toEqual(EVENT);
  expect(streamMessageOf({ ...sei, uuid: uuid.map((byte) => byte ^ 1) })).toBeNull();
  for (const text of ['{', 'null', '7', '{}'])
    expect(streamMessageOf({ uuid, user_data: data(text) })).toBeNull();
  expect(streamMessageOf({})).toBeNull();
});

describe('MessageLine', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells a message with its picture, and none after its end', () => {
    const told: StreamMessage[] = [];
    const line = new MessageLine((message) => told.push(message));
    const sei = { uuid, user_data: data(JSON.stringify(EVENT)) };
    line.take(sei, 400);
    jest.advanceTimersByTime(399);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(told).toEqual([EVENT]);
    line.take(sei, 400);
    line.close();
    jest.advanceTimersByTime(1000);
    expect(told).toHaveLength(1);
  });
});
