import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { EventBus, Log } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { MediaMemberChanged, NodeLost, NodeReported, NodeRestarted } from '../../nodes';
import { ConferenceNodes } from '../conference-nodes';
import type { ConferenceMemberRow } from './conference-member.entity';
import { ConferenceMemberChanged } from '../conference.events';
import { ConferenceRepository } from '../conference.repository';
import { toMember } from '../conference.view';
import { MemberRepository } from './member.repository';

type ReportedConference = NodeReported['snapshot']['conferences'][number];
type ReportedMember = ReportedConference['members'][number];

/**
 * Members' state follows their media: what the nodes say about one member at once, and what they hold as a whole at
 * every report, which makes up for anything missed.
 */
@Injectable()
export class MediaTracker implements OnModuleInit {
  private readonly log = new Log('conference');
  /** What a node says is taken in order, though handlers of the bus don't wait for each other. */
  private readonly turns = new Map<string, Promise<void>>();

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly conferences: ConferenceRepository,
    private readonly members: MemberRepository,
    private readonly nodes: ConferenceNodes,
  ) {}

  onModuleInit(): void {
    this.bus.on(MediaMemberChanged, (e) => this.inTurn(e.nodeId, () => this.onMember(e)));
    this.bus.on(NodeReported, (e) => this.inTurn(e.nodeId, () => this.onReport(e)));
    this.bus.on(NodeLost, (e) => this.inTurn(e.nodeId, () => this.onNodeGone(e.nodeId)));
    this.bus.on(NodeRestarted, (e) => this.inTurn(e.nodeId, () => this.onNodeGone(e.nodeId)));
  }

  private onMember(e: MediaMemberChanged): Promise<void> {
    return e.connected ? this.connected(e.conferenceId, e) : this.disconnected([e.memberId]);
  }

  private async onReport({ nodeId, snapshot }: NodeReported): Promise<void> {
    const ids = snapshot.conferences.map(({ conferenceId }) => conferenceId);
    const known = new Map((await this.conferences.findMany(ids)).map((c) => [c.id, c]));
    const here: ReportedConference[] = [];
    for (const reported of snapshot.conferences) {
      const conference = known.get(reported.conferenceId);
      if (conference?.state === 'open' && conference.nodeId === nodeId) here.push(reported);
      else await this.nodes.closeConference(nodeId, reported.conferenceId);
    }
    await this.reconcile(nodeId, here);
  }

  /** Brings the rows of this node's conferences to what it reports. */
  private async reconcile(nodeId: string, reported: ReportedConference[]): Promise<void> {
    const rows = await this.members.listOfNode(nodeId);
    const byId = new Map(rows.map((row) => [row.memberId, row]));
    const present = new Set<string>();
    for (const { conferenceId, members } of reported) {
      for (const member of members.filter(({ connected }) => connected)) {
        present.add(member.memberId);
        if (!isCurrent(byId.get(member.memberId), member)) await this.connected(conferenceId, member, nodeId);
      }
    }
    const missing = rows.filter((row) => row.state === 'connected' && !present.has(row.memberId));
    await this.disconnected(missing.map(({ memberId }) => memberId));
  }

  private async connected(conferenceId: string, member: ReportedMember, nodeId?: string): Promise<void> {
    const { memberId, userId, audio, video } = member;
    const changed = await this.change((tx) => this.members.connect(memberId, { audio, video }, tx));
    const row = changed[0] ?? (await this.members.findByMemberId(memberId));
    const conference = await this.conferences.find(conferenceId);
    if (!row || row.state === 'left') {
      this.log.warn({ conferenceId, memberId, userId }, 'media of one who is no member (any more): closed');
      await this.nodes.closeMember(nodeId ?? conference?.nodeId ?? null, conferenceId, memberId);
      return;
    }
    const allowed = toMember(row);
    if (changed.length > 0 && conference && !(allowed.audio && allowed.video)) {
      // His token may be older than what conference control decided since.
      await this.nodes.setPermissions(conference, memberId, allowed);
    }
  }

  private async disconnected(memberIds: string[]): Promise<void> {
    if (memberIds.length === 0) return;
    await this.change((tx) => this.members.disconnect(memberIds, this.deadline(), tx));
  }

  private async onNodeGone(nodeId: string): Promise<void> {
    await this.change((tx) => this.members.disconnectNode(nodeId, this.deadline(), tx));
  }

  private deadline(): Date {
    return new Date(Date.now() + this.config.MEMBER_GRACE_MS);
  }

  /** What changed, and that it was told, are one commit. */
  private change(
    work: (tx: EntityManager) => Promise<ConferenceMemberRow[]>,
  ): Promise<ConferenceMemberRow[]> {
    return this.bus.transaction(this.db, async (tx) => {
      const rows = await work(tx);
      this.publish(rows);
      return rows;
    });
  }

  private publish(rows: ConferenceMemberRow[]): void {
    for (const row of rows) {
      this.log.info(
        { conferenceId: row.conferenceId, memberId: row.memberId, userId: row.userId, state: row.state },
        'member media changed',
      );
      this.bus.publish(new ConferenceMemberChanged(row.conferenceId, toMember(row)));
    }
  }

  private inTurn(nodeId: string, work: () => Promise<void>): Promise<void> {
    const before = this.turns.get(nodeId) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(work);
    this.turns.set(nodeId, turn);
    return turn;
  }
}

function isCurrent(row: ConferenceMemberRow | undefined, member: ReportedMember): boolean {
  return row?.state === 'connected' && row.sendingAudio === member.audio && row.sendingVideo === member.video;
}
