import type { Caller } from '../../auth';
import type { Ack } from '../../contracts';
import { admitEvent, MAX_EVENT_BYTES } from './event-guard';

describe('an event of a socket', () => {
  const user: Caller = { userId: 'ann', name: 'Ann', role: 'user' };
  const codeOf = (...packet: unknown[]): string => {
    let answer: Ack<never> | null = null;
    const admitted = admitEvent([...packet, (given: Ack<never>) => (answer = given)], user);
    if (admitted) return 'admitted';
    const { ok, error } = answer as unknown as Extract<Ack<never>, { ok: false }>;
    expect(ok).toBe(false);
    return error.code;
  };
  const deep = (levels: number): unknown => (levels === 0 ? 'x' : [deep(levels - 1)]);

  it('of the contract is served', () => {
    expect(codeOf('room:send', { channelId: 'c', text: 'x'.repeat(1000) })).toBe('admitted');
    expect(admitEvent(['room:leave', { channelId: 'c' }], user)).toBe(true);
  });

  it.each([
    ['unknown_event', ['room:explode', {}]],
    ['unknown_event', ['constructor']],
    ['unknown_event', [7]],
    ['body_too_large', ['room:send', { text: 'x'.repeat(MAX_EVENT_BYTES) }]],
    ['invalid_input', ['room:send', deep(1500)]],
  ])('is answered %s, and not served', (code, packet) => {
    expect(codeOf(...packet)).toBe(code);
    // One that wants no answer gets none.
    expect(admitEvent(packet, user)).toBe(false);
  });
});
