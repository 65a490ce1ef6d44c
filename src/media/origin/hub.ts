import { EventEmitter } from 'node:events';
import type { EventStreamMessage, StreamTransport } from '../../contracts';
import type {
  ChannelSettings,
  ChannelSnapshot,
  PlayGrant,
  PublishGrant,
  RelaySnapshot,
  SourceRole,
} from '../contract';
import { FanOut, type FanOutOptions, type MediaUnit, type Sink } from '../stream';
import { annexBKeyframe } from '../codec/h264/h264';
import { Channel } from './channel';
import { FlvPackager } from './flv/flv-packager';
import { Gates, OPEN_DOORS } from './gates';
import { HlsOutput, type HlsOutputOptions } from './hls';
import { Relay, RELAY, type RelayOptions } from './relay/relay';
import { RtmpPackager } from './rtmp/rtmp-packager';
import type { SourceCloseReason } from './source';

export interface HubOptions {
  /** Viewers of a channel whose last source has gone are kept for this long, ms. Default 10 000. */
  graceMs?: number;
  fanOut?: Partial<FanOutOptions>;
  hls?: HlsOutputOptions;
  relay?: Partial<RelayOptions>;
}

/** What the hub gives a granted publisher. */
export interface PublishHandle {
  write(unit: MediaUnit): void;
  /** Frames per second as the encoder's metadata has it. */
  hintFps(fps: number): void;
  /** The encoder says that it has no pictures any more. */
  dropVideo(): void;
  /** The publisher has gone. Idempotent. */
  end(): void;
}

export type ViewerProtocol = 'flv' | 'rtmp';

interface Entry {
  channel: Channel;
  outputs: Record<ViewerProtocol, FanOut>;
  flv: FlvPackager;
  hls: HlsOutput;
  /** Of each viewer: what its token says. */
  viewers: Map<Sink, PlayGrant>;
  settings: ChannelSettings;
  relay: Relay | null;
}

/** What a channel has until control says something else. */
const DEFAULTS: ChannelSettings = {
  revision: '',
  relay: null,
  flvMarkers: true,
  playGeneration: 0,
  awaitsMix: false,
  doors: OPEN_DOORS,
};

export interface RelayEvent extends RelaySnapshot {
  channelId: string;
  /** It carries the key: not for logs. */
  url: string;
  /** Code of the system's error, where there was one. */
  code: string | undefined;
}

const FAN_OUT: FanOutOptions = { batchMs: 40, maxQueueBytes: 2 << 20, maxSkipMs: 15_000 };

/** All channels of this node: publishers in, viewers out. `channel` follows every change control may want to know. */
export class Hub extends EventEmitter<{
  channel: [ChannelSnapshot];
  'viewer-too-slow': [channelId: string];
  relay: [RelayEvent];
}> {
  private readonly entries = new Map<string, Entry>();
  /** HLS of channels that have ended, while viewers still fetch the rest. */
  private readonly remains = new Map<string, HlsOutput>();
  private readonly gates = new Gates();

  constructor(private readonly options: HubOptions = {}) {
    super();
  }

  /** Adds a granted publisher; `onClose` is called when the hub closes it for a reason of its own. */
  publish(
    grant: PublishGrant,
    onClose: (reason: SourceCloseReason) => void,
    transport: StreamTransport = 'rtmp',
  ): PublishHandle {
    const { channel } = this.entries.get(grant.channelId) ?? this.open(grant);
    const source = channel.publish(grant, onClose, transport);
    // The doors may have closed since the grant.
    if (!this.gates.mayPublish(grant)) queueMicrotask(() => this.closeDoors(channel));
    return {
      write: (unit) => channel.write(source, unit),
      hintFps: (fps) => (source.fpsHint = fps),
      dropVideo: () => channel.dropVideo(source),
      end: () => channel.remove(source),
    };
  }

  isOnAir(channelId: string): boolean {
    return this.entries.get(channelId)?.channel.onAir ?? false;
  }

  /** Is this token to watch still good for its channel? */
  accepts(grant: PlayGrant): boolean {
    return this.gates.mayPlay(grant);
  }

  /** Is this key to publish still good for its channel? Control is told of one that isn't. */
  admits(grant: PublishGrant): boolean {
    if (this.gates.mayPublish(grant)) return true;
    const { channelId } = grant;
    const revision = this.gates.refused(channelId);
    if (revision !== null && !this.entries.has(channelId)) this.emit('channel', closed(channelId, revision));
    return false;
  }

  /** The lowest generation of play tokens that is good. */
  playGeneration(channelId: string): number {
    return this.gates.playGeneration(channelId);
  }

  /**
   * Adds a viewer; the function returned takes it away again. Null when the channel is off the air, or the token is
   * no longer good.
   */
  view(grant: PlayGrant, protocol: ViewerProtocol, sink: Sink): (() => void) | null {
    const entry = this.entries.get(grant.channelId);
    if (!entry?.channel.onAir || !this.accepts(grant)) return null;
    const output = entry.outputs[protocol];
    output.add(sink);
    entry.viewers.set(sink, grant);
    return () => {
      output.remove(sink);
      entry.viewers.delete(sink);
    };
  }

  /** HLS of a channel, for some seconds after its end too; null when there is none. */
  hls(channelId: string): HlsOutput | null {
    const entry = this.entries.get(channelId);
    return (entry?.channel.onAir ? entry.hls : this.remains.get(channelId)) ?? null;
  }

  /** What control wants of an open channel, all of it; false when it isn't open. Idempotent. */
  configure(channelId: string, settings: ChannelSettings): boolean {
    const entry = this.entries.get(channelId);
    const isSame = settings.revision === entry?.settings.revision;
    if (!isSame) this.gates.set(channelId, settings);
    if (!entry) return false;
    if (isSame) return true;
    entry.settings = settings;
    entry.flv.markers = settings.flvMarkers;
    entry.channel.awaited = settings.awaitsMix;
    this.closeDoors(entry.channel);
    this.cutViewers(entry);
    this.setRelay(entry, settings.relay?.url ?? null);
    this.emit('channel', snapshotOf(entry));
    return true;
  }

  /** Lifts the standing publisher of a role (and of the epoch `from`) to an epoch; false when there is none. */
  promote(channelId: string, role: SourceRole, epoch: number, from?: number): boolean {
    return this.entries.get(channelId)?.channel.promote(role, epoch, from) ?? false;
  }

  /** Closes a role's publishers; false when there is none. */
  disconnect(channelId: string, role: SourceRole): boolean {
    return this.entries.get(channelId)?.channel.disconnect(role) ?? false;
  }

  /** Ends what was published up to this epoch, viewers included unless a newer publisher is there; false: nothing was. */
  end(channelId: string, epoch: number): boolean {
    return this.entries.get(channelId)?.channel.end(epoch) ?? false;
  }

  /** Puts an event into the next picture of a channel; false where none is on the air. Idempotent. */
  addEvent(channelId: string, event: EventStreamMessage): boolean {
    return this.entries.get(channelId)?.channel.addEvent(event) ?? false;
  }

  /** The newest keyframe of what is on the air, Annex B with its parameter sets; null: there is none. */
  keyframe(channelId: string): Buffer | null {
    const keyframe = this.entries.get(channelId)?.channel.stream.keyframe();
    return keyframe ? annexBKeyframe(keyframe.config, keyframe.unit.data) : null;
  }

  snapshot(): ChannelSnapshot[] {
    return [...this.entries.values()].map((entry) => snapshotOf(entry));
  }

  /** Batches lost by slow viewers, of the channels now open. */
  get droppedBatches(): number {
    const entries = [...this.entries.values()];
    return entries.reduce((sum, { outputs }) => sum + outputs.flv.dropped + outputs.rtmp.dropped, 0);
  }

  /** Closes every publisher and viewer. Idempotent. */
  close(): void {
    for (const { channel } of [...this.entries.values()]) channel.close();
    for (const output of [...this.remains.values()]) output.close();
  }

  private open({ channelId, playGeneration = 0 }: PublishGrant): Entry {
    this.gates.raise(channelId, playGeneration);
    const { graceMs = 10_000, hls } = this.options;
    const channel = new Channel(channelId, { graceMs });
    const flv = new FlvPackager();
    const entry: Entry = {
      channel,
      flv,
      viewers: new Map(),
      outputs: this.createOutputs(channel, flv),
      hls: new HlsOutput(channel.stream, hls),
      // Doors that are remembered aren't all that control wants: it is to send it again.
      settings: this.gates.has(channelId) ? { ...DEFAULTS, revision: 'doors' } : DEFAULTS,
      relay: null,
    };
    channel.on('anew', () => this.endViewers(entry));
    channel.on('end', () => {
      entry.relay?.stop();
      this.endViewers(entry);
    });
    channel.on('change', () => {
      if (channel.onAir) entry.relay?.start();
      if (channel.idle) this.forget(channelId, entry);
      this.emit('channel', snapshotOf(entry));
    });
    this.entries.set(channelId, entry);
    return entry;
  }

  /** Ends the publishers whose keys are no longer good; of a suspended channel the viewers too, without grace. */
  private closeDoors(channel: Channel): void {
    channel.dismissIf((grant) => !this.gates.mayPublish(grant));
    if (this.gates.doors(channel.id).suspended) channel.end(Number.MAX_SAFE_INTEGER);
  }

  /** Ends the viewers whose tokens are no longer good. */
  private cutViewers({ viewers, outputs }: Entry): void {
    for (const [sink, grant] of viewers) {
      if (this.accepts(grant)) continue;
      for (const output of Object.values(outputs)) output.remove(sink);
      viewers.delete(sink);
      sink.close();
    }
  }

  private setRelay(entry: Entry, url: string | null): void {
    const { channel } = entry;
    if (entry.relay?.url === url) return;
    entry.relay?.removeAllListeners().stop();
    entry.relay =
      url === null ? null : new Relay(channel.id, channel.stream, url, { ...RELAY, ...this.options.relay });
    entry.relay?.on('change', (code) => this.onRelay(entry, code));
    if (channel.onAir) entry.relay?.start();
  }

  private onRelay(entry: Entry, code: string | undefined): void {
    const { relay, channel } = entry;
    if (!relay) return;
    this.emit('relay', { channelId: channel.id, url: relay.url, code, ...relay.snapshot });
    this.emit('channel', snapshotOf(entry));
  }

  private createOutputs(channel: Channel, flv: FlvPackager): Entry['outputs'] {
    const options = { ...FAN_OUT, ...this.options.fanOut };
    const onTooSlow = (): void => void this.emit('viewer-too-slow', channel.id);
    return {
      flv: new FanOut(channel.stream, flv, options, onTooSlow),
      rtmp: new FanOut(channel.stream, new RtmpPackager(), options, onTooSlow),
    };
  }

  private endViewers(entry: Entry): void {
    for (const output of Object.values(entry.outputs)) output.endReaders();
    this.endHls(entry);
  }

  /** The rest can be fetched for a while; a channel that comes back on the air gets another output. */
  private endHls(entry: Entry): void {
    const { hls, channel } = entry;
    entry.hls = new HlsOutput(channel.stream, this.options.hls);
    this.remains.get(channel.id)?.close();
    this.remains.set(channel.id, hls);
    hls.end(() => {
      if (this.remains.get(channel.id) === hls) this.remains.delete(channel.id);
    });
  }

  private forget(channelId: string, entry: Entry): void {
    if (this.entries.get(channelId) === entry) this.entries.delete(channelId);
    for (const output of Object.values(entry.outputs)) output.close();
    entry.hls.close();
  }
}

/** Of a channel that isn't open here. */
function closed(channelId: string, settings: string): ChannelSnapshot {
  const nothing = { source: 'none', epoch: 0, publishers: [], viewers: 0, video: null, relay: null } as const;
  return { channelId, ...nothing, publishers: [], settings };
}

function snapshotOf({ channel, outputs, hls, settings, relay }: Entry): ChannelSnapshot {
  return {
    ...channel.snapshot(outputs.flv.size + outputs.rtmp.size + hls.viewers),
    settings: settings.revision,
    relay: relay?.snapshot ?? null,
  };
}
