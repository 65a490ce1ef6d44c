import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { EventBus, Log, SerialQueue } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { MediaMemberChanged, NodeLost, NodeReported, NodeRestarted } from '../../nodes';
import { ConferenceNodes } from '../conference-nodes';
import type { ConferenceMember } from './conference-member.entity';
import { ConferenceMemberChanged, ConferenceMoved } from '../conference.events';
import { ConferenceRepository } from '../conference.repository';
import { toRecord } from '../conference.view';
import { differences, isCarriedBy, type ReportedConference, type ReportedMember } from './media-report';
import { MemberCorrections } from './member-corrections';
import { MemberRepository } from './member.repository';

/** Reports and events of one node that may wait for the database; a later report makes up for more. */
const MAX_WAITING = 256;

/**
 * Members' state follows their media: what the nodes say about one member at once, and all that they carry with every
 * report, which makes up for anything missed.
 */
@Injectable()
export class MediaTracker implements OnModuleInit {
  private readonly log = new Log('conference');
  /** Keeps the order of what a node says, though handlers of the bus don't wait for each other. */
  private readonly queue = new SerialQueue(MAX_WAITING);

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly conferences: ConferenceRepository,
    private readonly members: MemberRepository,
    private readonly nodes: ConferenceNodes,
    private readonly corrections: MemberCorrections,
  ) {}

  onModuleInit(): void {
    this.bus.on(MediaMemberChanged, (e) => this.queue.run(e.nodeId, () => this.onMember(e)));
    this.bus.on(NodeReported, (e) => this.queue.run(e.nodeId, () => this.onReport(e)));
    this.bus.on(NodeLost, (e) => this.queue.run(e.nodeId, () => this.onNodeLost(e.nodeId)));
    this.bus.on(NodeRestarted, (e) => this.queue.run(e.nodeId, () => this.onNodeGone(e.nodeId)));
  }

  private async onMember(e: MediaMemberChanged): Promise<void> {
    if (!e.connected) return this.disconnected([e.memberId]);
    await this.connected(e);
    // The member's token may be older than what conference control decided since.
    await this.corrections.correct(e.nodeId, [{ conferenceId: e.conferenceId, members: [e] }]);
  }

  private async onReport({ nodeId, snapshot }: NodeReported): Promise<void> {
    const ids = snapshot.conferences.map(({ conferenceId }) => conferenceId);
    const known = new Map((await this.conferences.findMany(ids)).map((c) => [c.id, c]));
    const here: ReportedConference[] = [];
    for (const reported of snapshot.conferences) {
      if (isCarriedBy(nodeId, known.get(reported.conferenceId))) here.push(reported);
      else await this.nodes.closeConference(nodeId, reported.conferenceId);
    }
    await this.reconcile(nodeId, here);
  }

  /** Reconciles the rows of this node's conferences with its report. */
  private async reconcile(nodeId: string, reported: ReportedConference[]): Promise<void> {
    const rows = await this.members.listOfNode(nodeId);
    const { changed, lost } = differences(rows, reported);
    for (const { member } of changed) await this.connected(member);
    await this.disconnected(lost);
    await this.corrections.correct(nodeId, reported, rows);
  }

  private async connected({ memberId, audio, video }: ReportedMember): Promise<void> {
    await this.change((tx) => this.members.connect(memberId, { audio, video }, tx));
  }

  private async disconnected(memberIds: string[]): Promise<void> {
    if (memberIds.length === 0) return;
    await this.change((tx) => this.members.disconnect(memberIds, this.deadline(), tx));
  }

  private async onNodeLost(nodeId: string): Promise<void> {
    await this.bus.transaction(this.db, async (tx) => {
      await this.onNodeGone(nodeId);
      for (const id of await this.conferences.unpin(nodeId, tx)) this.bus.publish(new ConferenceMoved(id));
    });
  }

  private async onNodeGone(nodeId: string): Promise<void> {
    await this.change((tx) => this.members.disconnectNode(nodeId, this.deadline(), tx));
  }

  private deadline(): Date {
    return new Date(Date.now() + this.config.MEMBER_GRACE_MS);
  }

  /** A change and its events are one commit. */
  private change(work: (tx: EntityManager) => Promise<ConferenceMember[]>): Promise<ConferenceMember[]> {
    return this.bus.transaction(this.db, async (tx) => {
      const rows = await work(tx);
      this.publish(rows);
      return rows;
    });
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
