/**
 * Has this much time passed since then?
 * @param since null: before anything that counts
 * @param ms 0: is the moment itself over?
 */
export function hasPassed(since: Date | null, ms = 0): boolean {
  return since === null || Date.now() >= since.getTime() + ms;
}
