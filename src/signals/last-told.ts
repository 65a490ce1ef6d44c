/** What was told last of each of so many things, those that were told lately. */
export class LastTold {
  private readonly texts = new Map<string, string>();

  constructor(private readonly limit: number) {}

  /** @returns false where the same was told last of `id` */
  isNews(id: string, payload: object): boolean {
    const text = JSON.stringify(payload);
    const isNews = this.texts.get(id) !== text;
    // The one that is set last is the newest of the map.
    this.texts.delete(id);
    this.texts.set(id, text);
    const [oldest] = this.texts.keys();
    if (this.texts.size > this.limit && oldest !== undefined) this.texts.delete(oldest);
    return isNews;
  }
}
