import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import {
  type Caller,
  isOwnerOrAdmin,
  requireAdmin,
  requireGrant,
  requireOwner,
  requireUnlimited,
} from '../auth';
import { Audited, DomainError, EventBus } from '../platform/common';
import { CONFIG, type RuntimeConfig } from '../platform/config';
import { requireWithin } from '../platform/database';
import type {
  ChannelAccess,
  ChannelCreate,
  ChannelEventCreate,
  ChannelEventView,
  ChannelPatch,
  ChannelView,
  ListView,
  PlaybackView,
  PushUrlView,
  RelayView,
} from '../contracts';
import { NodesFacade } from '../nodes';
import type { ChannelList } from './channel-list';
import { CHANNEL_DEFAULTS } from './channel-defaults';
import type { Channel } from './channel.entity';
import { hostStreamView, streamView } from './host-stream';
import { ChannelRepository } from './channel.repository';
import { MediaAddresses } from './addresses/media-addresses';
import { RelayAddresses } from './addresses/relay-addresses';
import { DoorsFacade } from './doors/doors.facade';
import { Visits } from './sharing/visits';
import {
  ChannelDeleted,
  ChannelMixingModeChanged,
  ChannelSettingsChanged,
  RoomBansRuleChanged,
} from './live.events';
import { requireOutputWithin } from './output-limits';

/** What users do with channels. */
@Injectable()
export class ChannelService {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly channels: ChannelRepository,
    private readonly addresses: MediaAddresses,
    private readonly bus: EventBus,
    private readonly relays: RelayAddresses,
    private readonly doors: DoorsFacade,
    private readonly nodes: NodesFacade,
    private readonly visits: Visits,
    @InjectDataSource() private readonly db: DataSource,
  ) {}

  /** @throws DomainError not_granted, not_allowed, limit_reached */
  async create(caller: Caller, { title, ownerId = caller.userId }: ChannelCreate): Promise<ChannelView> {
    requireUnlimited(caller, 'channels');
    const own = ownerId === caller.userId;
    if (!own) requireAdmin(caller, 'create a channel for another user');
    const id = randomUUID();
    // The name of another user isn't known before they ask for their push address.
    const ownerName = own ? caller.name : ownerId;
    await this.bus.transaction(this.db, async (tx) => {
      const quota = { limits: this.config.limits, limit: 'channelsPerUser', of: ownerId } as const;
      await requireWithin(tx, quota, () => this.channels.countOf(ownerId, tx));
      await this.channels.insert({ id, title, ownerId, ownerName, ...CHANNEL_DEFAULTS }, tx);
    });
    return this.viewFor(caller, await this.require(id));
  }

  /** Those that the caller's token is good for. @throws DomainError not_allowed, invalid_input */
  async list(caller: Caller, list: ChannelList): Promise<ListView<ChannelView>> {
    if (list.q !== undefined) requireAdmin(caller, 'search all channels');
    if (list.state === 'trouble') requireAdmin(caller, 'see which channels are in trouble');
    const { rows, nextCursor } = await this.channels.list(list, caller.channels);
    return { items: rows.map((row) => this.viewFor(caller, row)), nextCursor };
  }

  async get(caller: Caller, id: string): Promise<ChannelView> {
    requireGrant(caller, { channelId: id });
    return this.viewFor(caller, await this.require(id));
  }

  async patch(caller: Caller, id: string, patch: ChannelPatch): Promise<ChannelView> {
    const channel = await this.requireOwned(caller, id, 'change this channel');
    if (patch.mixingMode !== undefined) requireAdmin(caller, 'change the mixing mode');
    if (patch.clientMixFallback !== undefined) requireAdmin(caller, 'change what becomes of a lost mix');
    if (patch.flvMarkers !== undefined) requireAdmin(caller, 'change what players are sent');
    if (patch.relay !== undefined) requireAdmin(caller, 'relay this channel');
    requireOutputWithin(this.config.limits, caller, patch.output);
    await this.write(channel, patch);
    return this.get(caller, id);
  }

  /** Ends the host's push too. @throws DomainError channel_on_air: end the co-hosting first */
  async delete(caller: Caller, id: string): Promise<void> {
    const channel = await this.requireOwned(caller, id, 'delete this channel');
    await this.bus.transaction(this.db, async (tx) => {
      if (!(await this.channels.deleteUnlessMixed(id, tx))) {
        await this.require(id);
        throw new DomainError('channel_on_air');
      }
      this.bus.publish(new ChannelDeleted(id));
    });
    await this.addresses.closePublishers(channel);
  }

  async pushUrl(caller: Caller, id: string): Promise<PushUrlView> {
    const channel = await this.requireOwned(caller, id, 'push to this channel');
    if (caller.userId === channel.ownerId && caller.name !== channel.ownerName) {
      await this.channels.update(id, { ownerName: caller.name });
    }
    return this.addresses.pushUrl(channel);
  }

  /** @throws DomainError channel_not_found, not_allowed, not_granted, not_on_air, media_unavailable */
  async addEvent(caller: Caller, id: string, event: ChannelEventCreate): Promise<ChannelEventView> {
    const { nodeId } = await this.requireOwned(caller, id, 'send events of this channel');
    const eventId = randomUUID();
    const isTaken = nodeId !== null && (await this.nodes.addEvent(nodeId, id, { id: eventId, ...event }));
    if (!isTaken) throw new DomainError('not_on_air');
    return { id: eventId };
  }

  async playback(caller: Caller, id: string): Promise<PlaybackView> {
    requireGrant(caller, { channelId: id });
    const channel = await this.require(id);
    await this.doors.requireMayWatch(id, caller.userId);
    return this.addresses.playback(channel, caller);
  }

  /** @throws DomainError invalid_input, relay_loop, relay_refused */
  private async write(
    { id, mixingMode, roomBansStopWatching, access }: Channel,
    { relay, ...rest }: ChannelPatch,
  ): Promise<void> {
    const address = relay && (await this.relays.seal(relay.url));
    const changed = relay !== undefined && {
      relayUrl: address?.sealed ?? null,
      // As with everything else in a PATCH, what isn't named stays.
      relayPlayback: relay === null ? null : relay.playback,
    };
    const given = Object.entries({ ...rest, ...changed }).filter(([, value]) => value !== undefined);
    if (given.length === 0) return;
    await this.bus.transaction(this.db, async (tx) => {
      await this.channels.update(id, Object.fromEntries(given), tx);
      if (rest.mixingMode !== undefined && rest.mixingMode !== mixingMode) {
        this.bus.publish(new ChannelMixingModeChanged(id));
      }
      if (rest.roomBansStopWatching !== undefined && rest.roomBansStopWatching !== roomBansStopWatching) {
        this.bus.publish(new RoomBansRuleChanged(id));
      }
      if (rest.access !== undefined && rest.access !== access) await this.setAccess(id, rest.access, tx);
      if (changed || rest.flvMarkers !== undefined) this.bus.publish(new ChannelSettingsChanged(id));
      if (!changed) return;
      const details = { server: address?.server ?? null };
      this.bus.publish(new Audited('channel.relay', { type: 'channel', id }, details));
    });
  }

  private async setAccess(id: string, access: ChannelAccess, tx: EntityManager): Promise<void> {
    if (access === 'members') await this.visits.end(id, tx);
    this.bus.publish(new Audited('channel.access-changed', { type: 'channel', id }, { access }));
  }

  private viewFor(caller: Caller, channel: Channel): ChannelView {
    const isOwn = isOwnerOrAdmin(caller, channel.ownerId);
    return {
      ...channelView(channel),
      suspensionNote: isOwn ? channel.suspensionNote : null,
      relay: isOwn ? this.relayView(channel) : null,
      hostStream: isOwn ? hostStreamView(channel) : null,
      stream: isOwn && channel.stream ? streamView(channel.stream) : null,
    };
  }

  private relayView(channel: Channel): RelayView | null {
    const address = this.relays.of(channel);
    if (!address) return null;
    const { state, reason } = channel.relayStatus ?? { state: 'idle', reason: null };
    const { server, byDefault } = address;
    return { server, hasKey: true, byDefault, state, reason, playback: channel.relayPlayback ?? {} };
  }

  private async require(id: string): Promise<Channel> {
    const channel = await this.channels.find(id);
    if (channel?.kind !== 'host') throw new DomainError('channel_not_found', { channelId: id });
    return channel;
  }

  private async requireOwned(caller: Caller, id: string, action: string): Promise<Channel> {
    requireGrant(caller, { channelId: id });
    const channel = await this.require(id);
    requireOwner(caller, channel.ownerId, action, { admin: true });
    return channel;
  }
}

function channelView(
  channel: Channel,
): Omit<ChannelView, 'relay' | 'suspensionNote' | 'hostStream' | 'stream'> {
  const { id, title, ownerId, mixingMode, clientMixFallback, layout, output } = channel;
  const {
    seatLimit,
    source,
    sourceVersion,
    viewers,
    flvMarkers,
    roomBansStopWatching,
    suspendedAt,
    createdAt,
  } = channel;
  const { access, likes } = channel;
  return {
    id,
    title,
    ownerId,
    mixingMode,
    clientMixFallback,
    layout,
    output,
    seatLimit,
    source,
    sourceVersion,
    viewers,
    flvMarkers,
    roomBansStopWatching,
    access,
    likes,
    suspendedAt: suspendedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
