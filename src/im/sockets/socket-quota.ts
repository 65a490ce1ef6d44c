import { limitReached } from '../../platform/common';
import type { Limits } from '../../platform/config';

/** Connections of each user to this process. */
export class SocketQuota {
  private readonly open = new Map<string, number>();

  constructor(private readonly limits: Pick<Limits, 'socketsPerUser'>) {}

  /** @throws DomainError limit_reached */
  require(userId: string): void {
    const { socketsPerUser } = this.limits;
    if ((this.open.get(userId) ?? 0) >= socketsPerUser) throw limitReached('socketsPerUser', socketsPerUser);
  }

  opened(userId: string): void {
    this.open.set(userId, (this.open.get(userId) ?? 0) + 1);
  }

  closed(userId: string): void {
    const left = (this.open.get(userId) ?? 0) - 1;
    if (left > 0) this.open.set(userId, left);
    else this.open.delete(userId);
  }
}
