import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EventBus, Log } from '../platform/common';
import { CONFIG, type RuntimeConfig, servesApi } from '../platform/config';
import { DUTIES, LastingConnection } from '../platform/database';
import { NodeControl } from './node-control';
import { NodeReports } from './node-reports';
import { Attention, isLost } from './node-loss';
import { NodeLost } from './nodes.events';
import { NodesRepository, type SilentNode } from './nodes.repository';

const WATCH_MS = 1_000;

/**
 * The one decision that a media node is lost: made by one process, once, after a call to the node. Nothing else moves
 * what is live, so that nothing moves because control was paused, or its database, or a network in between.
 */
@Injectable()
export class NodeLossWatch implements OnApplicationBootstrap, OnModuleDestroy, OnModuleInit {
  private readonly log = new Log('nodes');
  private readonly attention = new Attention();
  private timer: NodeJS.Timeout | undefined;
  private watching: Promise<void> = Promise.resolve();
  private hadDuty = false;

  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly connection: LastingConnection,
    private readonly nodes: NodesRepository,
    private readonly control: NodeControl,
    private readonly reports: NodeReports,
  ) {}

  onModuleInit(): void {
    // In another role's process the events would reach nobody.
    if (servesApi(this.config)) this.connection.seekDuty(DUTIES.nodeLoss);
  }

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.watching;
  }

  /** One look at all nodes. */
  async watch(): Promise<void> {
    const hasDuty = this.connection.hasDuty(DUTIES.nodeLoss);
    const began = performance.now();
    const seen = hasDuty ? await this.silent() : null;
    const attentiveMs = this.attention.tick(began, seen !== null);
    // Whoever had the duty before may have died between a decision and what follows from it.
    if (seen && !this.hadDuty) await this.repeatDecisions();
    this.hadDuty = seen !== null;
    for (const node of seen?.silent ?? []) await this.judge(node, attentiveMs, seen!.hearsOthers);
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.watching = this.watch()
        .catch((err: unknown) => this.log.error({ err }, 'looking for silent media nodes failed'))
        .finally(() => {
          if (this.timer) this.schedule();
        });
    }, WATCH_MS);
  }

  /** null where the database doesn't answer: reports can't be taken either. */
  private async silent(): Promise<{ silent: SilentNode[]; hearsOthers: boolean } | null> {
    try {
      return await this.nodes.silent();
    } catch (err) {
      this.log.warn({ err }, 'media nodes can’t be looked at');
      return null;
    }
  }

  private async judge(node: SilentNode, attentiveMs: number, hearsOthers: boolean): Promise<void> {
    const { id: nodeId, silentMs } = node;
    // Don't call before it could matter.
    if (!isLost({ silentMs, attentiveMs, probe: 'refused', hearsOthers })) return;
    const { probe, answer } = await this.control.probe(node);
    if (answer) {
      this.log.warn({ nodeId, silentMs }, 'media node answers, but its reports don’t arrive');
      return this.reports.takeAnswer(nodeId, answer);
    }
    if (!isLost({ silentMs, attentiveMs, probe, hearsOthers })) return;
    const lost = await this.bus.transaction(this.db, async () => {
      const order = await this.nodes.lose(nodeId);
      if (order !== null) this.bus.publish(new NodeLost(nodeId, order));
      return order !== null;
    });
    if (lost) this.log.warn({ nodeId, silentMs, probe }, 'media node lost');
  }

  private async repeatDecisions(): Promise<void> {
    for (const { id, told } of await this.nodes.lost()) this.bus.publish(new NodeLost(id, told));
  }
}
