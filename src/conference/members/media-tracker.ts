import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { EventBus, Log } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import {
  type Call,
  MediaMemberChanged,
  NodeFeed,
  NodeLost,
  type NodeNews,
  NodeReported,
  NodeRestarted,
  NodesFacade,
} from '../../nodes';
import { ConferenceNodes } from '../conference-nodes';
import type { ConferenceMember } from './conference-member.entity';
import { ConferenceMemberChanged, ConferenceMoved } from '../conference.events';
import { ConferenceRepository } from '../conference.repository';
import { toRecord } from '../conference.view';
import { carrierOf, differences, type ReportedConference, type ReportedMember } from './media-report';
import { MemberCorrections } from './member-corrections';
import { MemberRepository } from './member.repository';

/**
 * Members' state follows their media: what the nodes say about one member at once, and all that they carry with every
 * report, which makes up for anything missed. What a report says is one commit; the node is told what follows after it.
 */
@Injectable()
export class MediaTracker implements OnModuleInit {
  private readonly log = new Log('conference');

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly conferences: ConferenceRepository,
    private readonly members: MemberRepository,
    private readonly nodes: ConferenceNodes,
    private readonly corrections: MemberCorrections,
    private readonly feed: NodesFacade,
  ) {}

  onModuleInit(): void {
    const take = (nodeId: string, news: NodeNews[], tx: EntityManager) => this.take(nodeId, news, tx);
    new NodeFeed(this.db, this.bus, this.feed, { name: 'conference', take }).open();
  }

  private async take(nodeId: string, news: NodeNews[], tx: EntityManager): Promise<Call[]> {
    const calls: Call[] = [];
    for (const one of news) {
      if (one instanceof NodeLost) await this.leave(nodeId, tx);
      if (one instanceof NodeRestarted) await this.nodeGone(nodeId, tx);
      if (one instanceof MediaMemberChanged) calls.push(...(await this.takeMember(one, tx)));
      if (one instanceof NodeReported) calls.push(...(await this.takeReport(one, tx)));
    }
    return calls;
  }

  private async takeMember(e: MediaMemberChanged, tx: EntityManager): Promise<Call[]> {
    const { nodeId, conferenceId, memberId, connected } = e;
    if (connected) await this.connected(nodeId, e, tx);
    else await this.disconnected(nodeId, [memberId], tx);
    // The member's token may be older than what conference control decided since.
    return connected ? [() => this.corrections.correct(nodeId, [{ conferenceId, members: [e] }])] : [];
  }

  private async takeReport({ nodeId, snapshot }: NodeReported, tx: EntityManager): Promise<Call[]> {
    const ids = snapshot.conferences.map(({ conferenceId }) => conferenceId);
    const known = new Map((await this.conferences.findMany(ids)).map((c) => [c.id, c]));
    const calls: Call[] = [];
    const here: ReportedConference[] = [];
    for (const reported of snapshot.conferences) {
      const { conferenceId } = reported;
      const carrier = carrierOf(nodeId, known.get(conferenceId));
      if (carrier === 'this') here.push(reported);
      else calls.push(() => this.leaves(nodeId, conferenceId, carrier));
    }
    return [...calls, ...(await this.reconcile(nodeId, here, tx))];
  }

  /** Whoever is still there learns whether to come in elsewhere. */
  private async leaves(nodeId: string, conferenceId: string, carrier: 'another' | 'nobody'): Promise<void> {
    if (carrier === 'another') await this.nodes.releaseConference(nodeId, conferenceId);
    else await this.nodes.closeConference(nodeId, conferenceId);
  }

  /** Reconciles the rows of this node's conferences with its report, and then the node with the rows. */
  private async reconcile(
    nodeId: string,
    reported: ReportedConference[],
    tx: EntityManager,
  ): Promise<Call[]> {
    const named = reported.flatMap(({ members }) => members.map(({ memberId }) => memberId));
    const rows = await this.members.carried(named, nodeId);
    const { changed, lost } = differences(rows, reported);
    for (const { member } of changed) await this.connected(nodeId, member, tx);
    await this.disconnected(nodeId, lost, tx);
    return [() => this.corrections.correct(nodeId, reported, rows)];
  }

  private async connected(
    nodeId: string,
    { memberId, audio, video }: ReportedMember,
    tx: EntityManager,
  ): Promise<void> {
    this.publish(await this.members.connect(nodeId, memberId, { audio, video }, tx));
  }

  private async disconnected(nodeId: string, memberIds: string[], tx: EntityManager): Promise<void> {
    this.publish(await this.members.disconnect(nodeId, memberIds, this.deadline(), tx));
  }

  private async leave(nodeId: string, tx: EntityManager): Promise<void> {
    await this.nodeGone(nodeId, tx);
    for (const id of await this.conferences.unpin(nodeId, tx)) this.bus.publish(new ConferenceMoved(id));
  }

  private async nodeGone(nodeId: string, tx: EntityManager): Promise<void> {
    this.publish(await this.members.disconnectNode(nodeId, this.deadline(), tx));
  }

  private deadline(): Date {
    return new Date(Date.now() + this.config.MEMBER_GRACE_MS);
  }

  private publish(rows: ConferenceMember[]): void {
    for (const row of rows) {
      this.log.info(
        { conferenceId: row.conferenceId, memberId: row.memberId, userId: row.userId, state: row.state },
        'member media changed',
      );
      this.bus.publish(new ConferenceMemberChanged(row.conferenceId, toRecord(row)));
    }
  }
}
