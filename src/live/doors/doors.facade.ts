import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError, EventBus } from '../../platform/common';
import { ChannelRepository } from '../channel.repository';
import { ChannelSettingsChanged, ViewerBanChanged } from '../live.events';
import { PLAYBACK_TTL_SECONDS } from '../addresses/media-addresses';
import { shortened, viewerName, withPutOut } from './put-out';
import type { ViewerBan, ViewerBanSource } from './viewer-ban.entity';
import { ViewerBanRepository } from './viewer-ban.repository';

/**
 * Puts viewers out and lets them in: their bans, and what nodes are told of them, are one commit. It checks no permission:
 * DoorsService does that, for REST.
 */
@Injectable()
export class DoorsFacade {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly channels: ChannelRepository,
    private readonly bans: ViewerBanRepository,
  ) {}

  /** @throws DomainError banned_from_watching */
  async requireMayWatch(channelId: string, userId: string): Promise<void> {
    if (await this.bans.isBanned(channelId, userId)) throw new DomainError('banned_from_watching');
  }

  /**
   * They may not watch, and who does is cut. Idempotent; of two calls of one source the later `until` counts. A ban from
   * the room stops nobody from watching where the channel doesn't want that.
   */
  async ban(ban: Omit<ViewerBan, 'createdAt'>): Promise<void> {
    const { channelId, userId, until, source } = ban;
    await this.bus.transaction(this.db, async (tx) => {
      const channel = await this.channels.lock(tx, channelId);
      if (!channel || (source === 'room' && !channel.roomBansStopWatching)) return;
      await this.bans.put(ban, tx);
      const voidMs = Date.now() + PLAYBACK_TTL_SECONDS * 1000;
      const untilMs = Math.min(voidMs, (await this.bans.endMs(channelId, userId)) ?? 0);
      const viewer = viewerName(channelId, userId);
      const putOut = withPutOut(channel.putOut, { viewer, untilMs }, Date.now());
      if (putOut) await this.channels.update(channelId, { putOut }, tx);
      else await this.cutAll(channelId, tx);
      this.changed(channelId, userId, true, until);
    });
  }

  /**
   * Bans from the channel's room stop watching, or no longer do, as the channel wants it now.
   * @param bans from the room; asked for while that can't change
   */
  async followRoomBans(
    channelId: string,
    bans: () => Promise<Omit<ViewerBan, 'createdAt' | 'source'>[]>,
  ): Promise<void> {
    await this.bus.transaction(this.db, async (tx) => {
      const channel = await this.channels.lock(tx, channelId);
      if (!channel?.roomBansStopWatching) return void (await this.lift(channelId, 'room'));
      for (const ban of await bans()) await this.ban({ ...ban, source: 'room' });
    });
  }

  /**
   * Who isn't banned by another source may watch again.
   * @param userId default: everybody whom this source has banned
   * @returns whether there was a ban
   */
  async lift(channelId: string, source: ViewerBanSource, userId?: string): Promise<boolean> {
    return this.bus.transaction(this.db, async (tx) => {
      const channel = await this.channels.lock(tx, channelId);
      const lifted = channel ? await this.bans.lift(channelId, source, userId, tx) : [];
      let putOut = channel?.putOut ?? [];
      for (const id of lifted) {
        const endMs = await this.bans.endMs(channelId, id);
        putOut = shortened(putOut, viewerName(channelId, id), endMs ?? 0);
        if (endMs === null) this.changed(channelId, id, false, null);
      }
      if (lifted.length > 0) await this.channels.update(channelId, { putOut }, tx);
      return lifted.length > 0;
    });
  }

  /** Everybody asks for new addresses, which void the old ones. */
  private async cutAll(channelId: string, tx: EntityManager): Promise<void> {
    await this.channels.update(channelId, { putOut: [] }, tx);
    await this.channels.raisePlayGeneration(channelId, tx);
  }

  private changed(channelId: string, userId: string, active: boolean, until: Date | null): void {
    this.bus.publish(new ViewerBanChanged(channelId, userId, active, until));
    this.bus.publish(new ChannelSettingsChanged(channelId));
  }
}
