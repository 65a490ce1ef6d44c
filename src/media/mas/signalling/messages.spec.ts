import { problemsOfMessage } from '../../../../test/support/app/mas-document';
import { clientMessage } from './messages';

const pictures = (count: number) => Array.from({ length: count }, () => ({ userId: 'u', height: 0 }));
const candidate = { type: 'candidate', pc: 'sub', bank: 0, candidate: 'candidate:1', mid: null };

/** As the server takes them, and as docs/api/mas.schema.json has them: the same. */
describe('messages of a client', () => {
  it.each([
    { type: 'join', token: 't' },
    { type: 'join', token: 't'.repeat(4096), slotPairs: 32 },
    { type: 'join', token: 't', screenSlots: 8 },
    { type: 'pub-offer', sdp: 'x'.repeat(100_000), screen: 's'.repeat(32) },
    { type: 'sub-answer', sdp: 'x', bank: 31 },
    candidate,
    { ...candidate, candidate: 'x'.repeat(1024), mid: 'm'.repeat(64) },
    { type: 'want', pictures: pictures(128) },
    { type: 'want', pictures: [{ userId: 'u'.repeat(256), height: 16_384 }] },
    { type: 'restart', pc: 'pub' },
    { type: 'leave' },
  ])('$type is taken', (message) => {
    expect(clientMessage.safeParse(message).success).toBe(true);
    expect(problemsOfMessage('client', message)).toEqual([]);
  });

  it('may have properties of a later version', () => {
    const { data } = clientMessage.safeParse({ type: 'leave', why: 'bye' });
    expect(data).toEqual({ type: 'leave' });
  });

  it.each([
    { type: 'join', token: '' },
    { type: 'join', token: 't'.repeat(4097) },
    { type: 'join', token: 't', slotPairs: 0 },
    { type: 'join', token: 't', slotPairs: 33 },
    { type: 'join', token: 't', slotPairs: 1.5 },
    { type: 'join', token: 't', screenSlots: 9 },
    { type: 'pub-offer', sdp: '' },
    { type: 'pub-offer', sdp: 'x', screen: 's'.repeat(33) },
    { type: 'want', pictures: [{ userId: 'u', source: 'window', height: 0 }] },
    { type: 'pub-offer', sdp: 'x'.repeat(100_001) },
    { type: 'sub-answer', sdp: 'x', bank: 32 },
    { type: 'sub-answer', bank: 0 },
    { ...candidate, candidate: 'x'.repeat(1025) },
    { ...candidate, mid: 'm'.repeat(65) },
    { ...candidate, pc: 'both' },
    { ...candidate, mid: undefined },
    { type: 'want', pictures: pictures(129) },
    { type: 'want', pictures: [{ userId: 'u'.repeat(257), height: 0 }] },
    { type: 'want', pictures: [{ userId: 'u', height: 16_385 }] },
    { type: 'want', pictures: [{ userId: 'u', height: -1 }] },
    { type: 'restart', pc: 'all' },
    { type: 'dance' },
  ])('%j is refused', (message) => {
    expect(clientMessage.safeParse(message).success).toBe(false);
    expect(problemsOfMessage('client', message)).not.toEqual([]);
  });
});
