import { useIm } from './useIm';

/**
 * A view that is fetched at each connect and also comes with events. An answer that arrives after an event or a later
 * fetch is thrown away, since it may be older.
 * @returns to be called with a view that came with an event, or with another answer
 */
export function useLatest<T>(fetch: () => Promise<T>, apply: (value: T) => void): (value: T) => void {
  let turn = 0;

  async function refresh(): Promise<void> {
    const mine = ++turn;
    try {
      const value = await fetch();
      if (mine === turn) apply(value);
    } catch {
      // The server is away: what is shown stays, and the next connect asks again.
    }
  }
  useIm().onConnect(() => void refresh());

  return (value) => {
    turn += 1;
    apply(value);
  };
}
