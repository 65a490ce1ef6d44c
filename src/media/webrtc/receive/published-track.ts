/**
 * What a publisher sends of one kind: a stream, or with simulcast (RFC 8853) several of the same picture in
 * different sizes, each a publication of its own.
 */
import { oneByteExtension, type RtpPacket } from '../../codec/rtp/rtp';
import type { SdpSimulcast } from '../../codec/rtp/sdp';
import type { MasKind } from '../../../contracts';
import type { RtpCodec } from '../codecs';
import type { Publication } from './publication';

/** A layer behind the liveliest one by more than this, for this long, is switched off, or doesn't get through, ms. */
const BEHIND_MS = 250;
const STALLED_MS = 100;
/** A layer this share as high as what is wanted is enough: nobody would see the difference. */
const ENOUGH = 0.8;

export class PublishedTrack {
  private readonly bySsrc = new Map<number, Publication>();
  /** Since when the layers that are behind are, ms. */
  private readonly behindSince = new Map<Publication, number>();
  private scannedAt = -Infinity;

  constructor(
    readonly kind: MasKind,
    readonly codec: RtpCodec,
    /** At least one; with more than one `ids` has an RTP stream id for each, in the same order. */
    readonly layers: readonly Publication[],
    readonly ids: SdpSimulcast | null = null,
  ) {}

  /** The first layer, which is the only one without simulcast. */
  get first(): Publication {
    return this.layers[0]!;
  }

  get simulcast(): boolean {
    return this.layers.length > 1;
  }

  get active(): boolean {
    return this.layers.some((layer) => layer.active);
  }

  /** The layer a packet belongs to; null while nothing says so. */
  layerOf(packet: RtpPacket): Publication | null {
    if (!this.ids) return this.first;
    return this.bySsrc.get(packet.ssrc) ?? this.bind(packet, this.ids);
  }

  /**
   * The lowest layer that arrives and is high enough for `height` pixels; where none is, the highest. Infinity: the
   * highest.
   */
  choose(height: number): Publication {
    let best: Publication | null = null;
    for (const layer of this.layers) {
      if (this.stalled(layer)) continue;
      if (!best || isBetter(layer.height, best.height, height * ENOUGH)) best = layer;
    }
    return best ?? this.layers.find((layer) => layer.active) ?? this.first;
  }

  /** To be called every 20 ms: sees which layers arrive. */
  scan(now: number): void {
    if (!this.simulcast) return;
    this.scannedAt = now;
    let latest = -Infinity;
    for (const layer of this.layers) latest = Math.max(latest, layer.lastPacketAt);
    for (const layer of this.layers) {
      if (latest - layer.lastPacketAt <= BEHIND_MS) this.behindSince.delete(layer);
      else if (!this.behindSince.has(layer)) this.behindSince.set(layer, now);
    }
  }

  /** Other layers arrive, this one doesn't: browsers switch layers off when bandwidth, CPU or the camera's size falls. */
  private stalled(layer: Publication): boolean {
    if (!this.simulcast) return false;
    const since = this.behindSince.get(layer);
    return layer.height === 0 || (since !== undefined && this.scannedAt - since >= STALLED_MS);
  }

  /** Browsers name the layer in their first packets, until a report has reached them. */
  private bind(packet: RtpPacket, { rids, extensionId }: SdpSimulcast): Publication | null {
    const rid = oneByteExtension(packet.extension, extensionId)?.toString('latin1');
    const layer = rid === undefined ? undefined : this.layers[rids.indexOf(rid)];
    if (!layer) return null;
    if (layer.ssrc !== null) this.bySsrc.delete(layer.ssrc);
    this.bySsrc.set(packet.ssrc, layer);
    return layer;
  }
}

function isBetter(height: number, than: number, enough: number): boolean {
  const suffices = height >= enough;
  if (suffices !== than >= enough) return suffices;
  return suffices ? height < than : height > than;
}
