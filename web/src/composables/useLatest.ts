/**
 * A view that is fetched and also comes with events. An answer that arrives after an event or a later fetch is thrown
 * away, since it may be older.
 */
export function useLatest<T>(apply: (value: T) => void) {
  let turn = 0;
  return {
    told(value: T): void {
      turn += 1;
      apply(value);
    },
    async fetched(fetch: () => Promise<T>): Promise<void> {
      const mine = ++turn;
      const value = await fetch();
      if (mine === turn) apply(value);
    },
  };
}
