import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { DomainError, EventBus } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import type { InvitationState, InvitationView } from '../../contracts';
import { CoHostJobs } from '../co-host.jobs';
import { SessionRepository } from '../session/session.repository';
import type { Invitation } from './invitation.entity';
import { InvitationChanged } from './invitation.events';
import { InvitationRepository } from './invitation.repository';
import { invitationStates } from './invitation.state';
import { invitationView, queueViews } from './invitation.view';

/** How an invitation can end. */
export type Outcome = Exclude<InvitationState, 'pending'>;

/** What is asked, and of whom. */
export type Asked = Omit<Invitation, 'id' | 'state' | 'expiresAt' | 'createdAt'>;

/** Opens and ends invitations. Each step is announced after the commit. */
@Injectable()
export class InvitationLifecycle {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly invitations: InvitationRepository,
    private readonly sessions: SessionRepository,
    private readonly jobs: CoHostJobs,
  ) {}

  /**
   * @param check throws if it may not be asked. It runs under the locks of the channels and users, so of two
   * invitations that exclude each other the later sees the earlier.
   * @throws DomainError invitation_pending, and those of `check`
   */
  async open(asked: Asked, check: (tx: EntityManager) => Promise<void>): Promise<InvitationView> {
    await this.expireOverdue(asked);
    const expiresAt = new Date(Date.now() + this.config.INVITATION_TTL_MS);
    const row = { ...asked, id: randomUUID(), state: invitationStates.initial, expiresAt };
    const view = await this.insert(row, check);
    await this.jobs.expireInvitation(row.id, this.config.INVITATION_TTL_MS);
    return view;
  }

  /**
   * pending → accepted, in the transaction of what follows from it.
   * @param userName the viewer's name, as their token says
   * @throws DomainError invalid_transition, also when it is overdue and not expired yet
   */
  async accept(id: string, userName: string | undefined, tx: EntityManager): Promise<Invitation> {
    const accepted = await this.end(id, 'accepted', tx, userName === undefined ? {} : { userName });
    return accepted ?? this.refuse(id, 'accepted', tx);
  }

  /** pending → rejected or cancelled. @throws DomainError invalid_transition */
  async answer(id: string, to: Outcome): Promise<InvitationView> {
    const row = await this.bus.transaction(
      this.db,
      async (tx) => (await this.end(id, to, tx)) ?? this.refuse(id, to, tx),
    );
    return invitationView(row);
  }

  /** Without effect on an invitation that was answered. */
  async expire(id: string): Promise<void> {
    await this.bus.transaction(this.db, (tx) => this.end(id, 'expired', tx));
  }

  /** Ends what is pending between host and viewer, as the host has banned the viewer. */
  async dismiss(channelId: string, userId: string, tx: EntityManager): Promise<void> {
    const pending = await this.invitations.pendingOf(channelId, userId, tx);
    if (pending) await this.end(pending.id, pending.kind === 'apply' ? 'rejected' : 'cancelled', tx);
  }

  /** A viewer who has left the room no longer waits for an answer. */
  async cancelApplication(channelId: string, userId: string): Promise<void> {
    const pending = await this.invitations.pendingOf(channelId, userId);
    if (pending?.kind !== 'apply') return;
    await this.bus.transaction(this.db, (tx) => this.end(pending.id, 'cancelled', tx));
  }

  private async insert(
    row: Omit<Invitation, 'createdAt'>,
    check: (tx: EntityManager) => Promise<void>,
  ): Promise<InvitationView> {
    const channelIds = row.toChannelId ? [row.channelId, row.toChannelId] : [row.channelId];
    try {
      return await this.bus.transaction(this.db, async (tx) => {
        await this.sessions.reserve({ channelIds, userIds: [row.userId, row.hostId] }, tx);
        await check(tx);
        const view = await this.viewOf(await this.invitations.insert(row, tx), tx);
        this.bus.publish(new InvitationChanged(view));
        return view;
      });
    } catch (error) {
      if (isDuplicate(error)) throw new DomainError('invitation_pending');
      throw error;
    }
  }

  /** An application with its place in the queue. */
  private async viewOf(row: Invitation, tx: EntityManager): Promise<InvitationView> {
    const queue = row.kind === 'apply' ? await this.invitations.queue(row.channelId, tx) : [];
    return queueViews(queue).find(({ id }) => id === row.id) ?? invitationView(row);
  }

  /** @returns null when it was no longer pending */
  private async end(
    id: string,
    to: Outcome,
    tx: EntityManager,
    set: { userName?: string } = {},
  ): Promise<Invitation | null> {
    const unexpiredAt = to === 'accepted' ? new Date() : undefined;
    const row = await this.invitations.transition(id, to, tx, set, unexpiredAt);
    if (row) this.bus.publish(new InvitationChanged(invitationView(row)));
    return row;
  }

  private async refuse(id: string, to: Outcome, tx: EntityManager): Promise<never> {
    const state = (await this.invitations.find(id, tx))?.state ?? 'expired';
    const from = invitationStates.isFinal(state) ? state : 'expired';
    throw new DomainError('invalid_transition', { subject: invitationStates.subject, from, to });
  }

  /** Expires overdue invitations whose job is late, so they don't block a new one. */
  private async expireOverdue(asked: Asked): Promise<void> {
    for (const { id, expiresAt } of await this.invitations.conflictingWith(asked)) {
      if (expiresAt.getTime() <= Date.now()) await this.expire(id);
    }
  }
}

function isDuplicate(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '23505';
}
