/**
 * A view that is fetched and also told by events: an answer that was overtaken by an event, or by a later fetch, is
 * thrown away, since it may be the older one.
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
