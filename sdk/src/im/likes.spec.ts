import { LianmaiError } from '../errors';
import type { ImConnection } from './connection';
import { Likes } from './likes';

describe('Likes', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const ask = jest.fn((_event: string, _question: { count: number }) => Promise.resolve(null));
  const likes = () => new Likes({ ask } as unknown as ImConnection, 'c');
  const sent = () => ask.mock.calls.map(([, { count }]) => count);
  beforeEach(() => ask.mockClear());

  it('go out at once, then together, once a second and 50 at most', () => {
    const own = likes();
    own.add();
    expect(sent()).toEqual([1]);
    for (let i = 0; i < 7; i++) own.add();
    jest.advanceTimersByTime(999);
    expect(sent()).toEqual([1]);
    jest.advanceTimersByTime(1);
    for (let i = 0; i < 99; i++) own.add();
    jest.advanceTimersByTime(5000);
    expect(sent()).toEqual([1, 7, 50]);
    own.add();
    expect(sent()).toEqual([1, 7, 50, 1]);
    own.close();
  });

  it('are over with the room, and a refused one is no trouble', async () => {
    const own = likes();
    ask.mockRejectedValueOnce(new LianmaiError('name_required'));
    own.add();
    own.add();
    await Promise.resolve();
    own.close();
    own.add();
    jest.advanceTimersByTime(5000);
    expect(sent()).toEqual([1]);
  });
});
