/** Runs the work of each key one after the other, and of different keys at the same time. Bounded per key. */
export class SerialQueue {
  private readonly queues = new Map<string, { tail: Promise<unknown>; length: number }>();

  /**
   * @param limit jobs of one key that may wait or run
   * @param refusal what further ones are refused with
   */
  constructor(
    private readonly limit: number,
    private readonly refusal: () => Error = () => new Error('too much waits already'),
  ) {}

  /**
   * @returns what `work` returns, once it is its turn
   * @throws the refusal when `limit` jobs of this key are there already; `work` is not run then
   */
  async run<T>(key: string, work: () => Promise<T> | T): Promise<T> {
    const queue = this.queues.get(key) ?? { tail: Promise.resolve(), length: 0 };
    if (queue.length >= this.limit) throw this.refusal();
    this.queues.set(key, queue);
    queue.length += 1;
    const result = queue.tail.then(work);
    const settle = () => {
      queue.length -= 1;
      if (queue.length === 0) this.queues.delete(key);
    };
    queue.tail = result.then(settle, settle);
    return result;
  }

  /** Resolves when the work that this key has now is done. Never rejects. */
  async idle(key: string): Promise<void> {
    await this.queues.get(key)?.tail;
  }
}
