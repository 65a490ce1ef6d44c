/** Something that changes, and that can be read at any time. */
export interface Readable<T> {
  readonly value: T;
  /**
   * @param listener called at each later change
   * @returns to be called when it is enough
   */
  subscribe(listener: (value: T, before: T) => void): () => void;
}

/** Its holder changes it; others get it as Readable. */
export class Value<T> implements Readable<T> {
  private readonly listeners = new Set<(value: T, before: T) => void>();

  constructor(private current: T) {}

  get value(): T {
    return this.current;
  }

  set value(next: T) {
    const before = this.current;
    if (Object.is(before, next)) return;
    this.current = next;
    for (const listener of [...this.listeners]) listener(next, before);
  }

  subscribe(listener: (value: T, before: T) => void): () => void {
    // A function of its own for each call, so that who subscribes twice ends one of the two.
    const own = (value: T, before: T) => listener(value, before);
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }
}

/** What follows from others: worked out when it is read, told of when one of them has changed it. */
export function derived<T>(sources: readonly Readable<unknown>[], compute: () => T): Readable<T> {
  return {
    get value() {
      return compute();
    },
    subscribe(listener) {
      let before = compute();
      const check = () => {
        const next = compute();
        if (Object.is(next, before)) return;
        const last = before;
        before = next;
        listener(next, last);
      };
      const ends = sources.map((source) => source.subscribe(check));
      return () => ends.forEach((end) => end());
    },
  };
}
