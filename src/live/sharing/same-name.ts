/** White space, and marks that can't be seen (Unicode: Cf). */
const UNSEEN = /[\s\p{Cf}]+/gu;

/** Would people take the one name for the other? Not of letters of other scripts that look alike. */
export function isSameName(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

/** Without compatibility forms (UAX 15: NFKC), case, and what can't be seen. */
function plain(name: string): string {
  return name.normalize('NFKC').replace(UNSEEN, '').toLowerCase();
}
