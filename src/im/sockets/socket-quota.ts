import { limitReached } from '../../platform/common';
import type { Limits } from '../../platform/config';
import { isGuestId } from '../../shared/guest-id';

/** Of a visitor: an address may have many of them, and makes more without asking anybody. */
const PER_VISITOR = 5;

/** Connections of each user to this process. */
export class SocketQuota {
  private readonly open = new Map<string, number>();

  constructor(private readonly limits: Pick<Limits, 'socketsPerUser'>) {}

  /** @throws DomainError limit_reached */
  require(userId: string): void {
    const { socketsPerUser } = this.limits;
    const most = isGuestId(userId) ? Math.min(PER_VISITOR, socketsPerUser) : socketsPerUser;
    if ((this.open.get(userId) ?? 0) >= most) throw limitReached('socketsPerUser', most);
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
