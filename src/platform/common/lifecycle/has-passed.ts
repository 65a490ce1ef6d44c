/**
 * Has this much time passed since then?
 * @param since null: long ago
 * @param ms default: none, the moment itself
 */
export function hasPassed(since: Date | null, ms = 0): boolean {
  return since === null || Date.now() >= since.getTime() + ms;
}
