/** Which member has which slot of a kind at a subscriber: first come, first served, and nobody moves while they stay. */
export class SlotTable {
  private readonly slots: (string | null)[] = [];

  get size(): number {
    return this.slots.length;
  }

  /** Further slots after those there are. */
  grow(count: number): void {
    for (let added = 0; added < count; added++) this.slots.push(null);
  }

  has(memberId: string): boolean {
    return this.slots.includes(memberId);
  }

  /**
   * Frees the slots of members who left and gives free ones to members without, in the order given. Members beyond
   * the number of slots wait until one is free.
   */
  update(memberIds: string[]): readonly (string | null)[] {
    this.slots.forEach((memberId, index) => {
      if (memberId !== null && !memberIds.includes(memberId)) this.slots[index] = null;
    });
    for (const memberId of memberIds) {
      if (this.has(memberId)) continue;
      const free = this.slots.indexOf(null);
      if (free < 0) break;
      this.slots[free] = memberId;
    }
    return this.slots;
  }
}
