import type { MixingMode } from '../../contracts';
import { MixingStrategies } from './mixing-strategies';
import type { MixingStrategy } from './mixing-strategy';

describe('mixing strategies', () => {
  const strategy = (mode: string) => ({ mode }) as unknown as MixingStrategy;

  it('are found by their mode, however many there are', () => {
    const third = strategy('cloud');
    const strategies = new MixingStrategies([strategy('server'), strategy('client'), third]);
    expect(strategies.of('cloud' as MixingMode)).toBe(third);
  });

  it('refuse a mode that nobody mixes', () => {
    expect(() => new MixingStrategies([strategy('server')]).of('client')).toThrow(/mode client/);
  });
});
