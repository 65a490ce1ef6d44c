import { UserRateLimits } from './user-rate-limits';

describe('limits by user', () => {
  let now = 0;
  const limitsByUser = () => new UserRateLimits(() => now);
  beforeEach(() => (now = 0));

  it('hold for all connections of a user, and for nobody else', () => {
    const limits = limitsByUser();
    for (let i = 0; i < 10; i++) limits.of('gina').messages.take();
    expect(() => limits.of('gina').messages.take()).toThrow(/5 s/);
    limits.of('max').messages.take();
    now = 5_001;
    limits.of('gina').messages.take();
  });

  it('are kept while somebody writes, and forgotten afterwards', () => {
    const limits = limitsByUser();
    limits.of('gina').messages.take();
    now = 3_000;
    limits.of('gina').messages.take();
    limits.of('max');
    now = 7_000;
    for (let i = 0; i < 9; i++) limits.of('gina').messages.take();
    expect(() => limits.of('gina').messages.take()).toThrow();
    expect(limits.size).toBe(2);
    now = 20_000;
    limits.of('zoe');
    expect(limits.size).toBe(1);
  });
});
