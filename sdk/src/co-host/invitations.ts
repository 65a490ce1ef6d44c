import type { CoHostView, InvitationView } from '../contracts';
import type { ImConnection } from '../im/connection';
import type { RestApi } from '../rest/api';
import { Refresh } from '../util/refresh';
import { Scope } from '../util/scope';
import { TypedEmitter } from '../util/typed-emitter';
import { derived, type Readable, Value } from '../util/value';

export interface InvitationEvents {
  /** One that was pending is no longer: accepted, rejected, cancelled or expired. */
  answered: InvitationView;
}

/** Invitations and applications of a channel that concern this user: the host sees all, viewers their own. */
export class Invitations extends TypedEmitter<InvitationEvents> {
  /** Newest first. */
  readonly pending: Readable<readonly InvitationView[]>;
  /** Applications that wait, oldest first. */
  readonly queue: Readable<readonly InvitationView[]>;
  private readonly byId = new Value<ReadonlyMap<string, InvitationView>>(new Map());
  /** Answered while this client was away, nobody said how. */
  private readonly gone = new Set<string>();
  private readonly scope = new Scope();

  constructor(
    im: ImConnection,
    private readonly api: RestApi,
    readonly channelId: string,
  ) {
    super();
    const select = (fits: (one: InvitationView) => boolean, compare: Order) =>
      derived(
        [this.byId],
        memo(this.byId, (all) => all.filter(fits).sort(compare)),
      );
    this.pending = select(isPending, (a, b) => b.createdAt.localeCompare(a.createdAt));
    this.queue = select(
      (one) => isPending(one) && one.kind === 'apply',
      (a, b) => a.createdAt.localeCompare(b.createdAt),
    );
    this.scope.hold(im.on('co-host:invitation', (one) => this.told(one)));
    const refreshing = new Refresh(im, () => this.refresh());
    this.scope.hold(() => refreshing.close());
  }

  /** The host asks a viewer on the air. */
  invite(userId: string, seat?: number): Promise<InvitationView> {
    const body = { kind: 'invite' as const, userId, ...(seat === undefined ? {} : { seat }) };
    return this.answer(this.api.createInvitation(this.channelId, body));
  }

  /** A viewer asks to be taken on the air. */
  apply(): Promise<InvitationView> {
    return this.answer(this.api.createInvitation(this.channelId, { kind: 'apply' }));
  }

  /** By who made it. */
  cancel(id: string): Promise<InvitationView> {
    return this.answer(this.api.cancelInvitation(id));
  }

  reject(id: string): Promise<InvitationView> {
    return this.answer(this.api.rejectInvitation(id));
  }

  /** @returns the session that the viewer is seated in */
  async accept(id: string): Promise<CoHostView> {
    const { invitation, session } = await this.api.acceptInvitation(id);
    this.told(invitation);
    return session;
  }

  close(): void {
    this.scope.end();
  }

  private async answer(call: Promise<InvitationView>): Promise<InvitationView> {
    const invitation = await call;
    this.told(invitation);
    return invitation;
  }

  private told(invitation: InvitationView): void {
    if (invitation.channelId !== this.channelId) return;
    const before = this.byId.value.get(invitation.id);
    // An invitation never becomes pending again, so such news is old.
    if (before ? before.state !== 'pending' : isPending(invitation) && this.gone.has(invitation.id)) return;
    this.byId.value = new Map(this.byId.value).set(invitation.id, invitation);
    if (before?.state === 'pending' && invitation.state !== 'pending') this.emit('answered', invitation);
  }

  private async refresh(): Promise<void> {
    const { api, channelId } = this;
    const known = new Set(this.byId.value.keys());
    // The list is one page; older applications may still wait behind it.
    const lists = await Promise.all([api.listInvitations(channelId), api.listQueue(channelId)]);
    if (this.scope.isOver) return;
    const items = lists.flat();
    items.forEach((item) => this.told(item));
    // Pending here before it was asked for, but not in the list: it was answered while we were away.
    const listed = new Set(items.map((item) => item.id));
    const stale = [...this.byId.value.values()].filter(
      (one) => isPending(one) && known.has(one.id) && !listed.has(one.id),
    );
    if (stale.length === 0) return;
    const left = new Map(this.byId.value);
    for (const { id } of stale) {
      left.delete(id);
      this.gone.add(id);
    }
    this.byId.value = left;
  }
}

type Order = (a: InvitationView, b: InvitationView) => number;

function isPending({ state }: InvitationView): boolean {
  return state === 'pending';
}

/** Made once for each state of the source, so that who compares sees no change where there is none. */
function memo<T>(
  source: Readable<ReadonlyMap<string, T>>,
  compute: (all: T[]) => readonly T[],
): () => readonly T[] {
  let of: ReadonlyMap<string, T> | null = null;
  let made: readonly T[] = [];
  return () => {
    if (source.value === of) return made;
    of = source.value;
    const next = compute([...of.values()]);
    const isSame = next.length === made.length && next.every((one, index) => one === made[index]);
    return isSame ? made : (made = next);
  };
}
