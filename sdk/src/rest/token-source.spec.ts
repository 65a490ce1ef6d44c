import { TokenSource } from './token-source';

/** A JWT, as far as it is looked at here. */
const jwt = (name: string, lifeMs: number): string => {
  const now = Date.now() / 1000;
  const payload = Buffer.from(JSON.stringify({ sub: name, iat: now, exp: now + lifeMs / 1000 }));
  return `h.${payload.toString('base64url')}.s`;
};

describe('TokenSource', () => {
  const asked: string[] = [];
  let next: (why: string) => string | Promise<string>;
  let source: TokenSource;
  beforeEach(() => {
    jest.useFakeTimers();
    asked.length = 0;
    source = new TokenSource((why) => {
      asked.push(why);
      return next(why);
    });
  });
  afterEach(() => {
    source.close();
    jest.useRealTimers();
  });

  it('asks once, however many want it, and again before it ends', async () => {
    next = () => jwt(`${asked.length}`, 600_000);
    const [first, same] = await Promise.all([source.current(), source.current()]);
    expect([asked, first]).toEqual([['first'], same]);
    const renewed: string[] = [];
    source.onRenewed((token) => renewed.push(token));
    await jest.advanceTimersByTimeAsync(539_000);
    expect(asked).toEqual(['first']);
    await jest.advanceTimersByTimeAsync(2000);
    expect(asked).toEqual(['first', 'expiring']);
    expect(renewed).toEqual([await source.current()]);
  });

  it('asks again soon when the app’s backend could not be reached', async () => {
    next = (why) =>
      why === 'expiring' && asked.length < 4 ? Promise.reject(new Error('away')) : jwt('u', 60_000);
    await source.current();
    await jest.advanceTimersByTimeAsync(54_000 + 11_000);
    expect(asked.slice(0, 4)).toEqual(['first', 'expiring', 'expiring', 'expiring']);
  });

  it('does not ask on where there is only one', async () => {
    const only = jwt('u', 60_000);
    next = () => only;
    await source.current();
    await jest.advanceTimersByTimeAsync(120_000);
    expect(asked).toEqual(['first', 'expiring']);
    expect(await source.refused(only)).toBe(false);
  });

  it('gives nobody the token of the user before', async () => {
    let answer: (token: string) => void = () => undefined;
    next = () => new Promise((resolve) => (answer = resolve));
    const early = source.current();
    const ofAnn = answer;
    source.forget();
    const late = source.current();
    answer('ben');
    ofAnn('ann');
    expect(await Promise.all([early, late])).toEqual(['ben', 'ben']);
  });

  it('has none where the callback has none', async () => {
    next = () => '';
    await expect(source.current()).rejects.toMatchObject({ code: 'token_missing' });
  });
});
