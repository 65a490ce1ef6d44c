/** Lists answer one page, newest first. Ask with `?limit=` (1 .. 500, default 100) and `?cursor=`. */
export interface ListView<T> {
  items: T[];
  /** `cursor` of the next page; null: this was the last one. */
  nextCursor: string | null;
}
