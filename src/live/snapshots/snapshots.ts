import { Injectable } from '@nestjs/common';
import { DomainError } from '../../platform/common';
import { NodesFacade } from '../../nodes';
import { PictureMaker } from './picture-maker';

/** A picture is looked at again after this time, ms. */
const FRESH_MS = 1000;
/** Pictures that are kept; the oldest give way. About 20 KB each. */
const MAX_KEPT = 512;
/** Pictures that are asked for at their nodes, or made; further ones are refused. */
const MAX_MAKING = 64;

export interface Snapshot {
  /** Names what it shows, and its size. */
  etag: string;
  jpeg: Buffer;
}

interface Kept extends Snapshot {
  /** The keyframe's at its node. */
  keyframe: string;
  atMs: number;
}

/**
 * Small pictures of what is on the air, made when somebody asks: however many ask, one picture of a size a second at most,
 * and none while the newest keyframe is still the same.
 */
@Injectable()
export class Snapshots {
  private readonly kept = new Map<string, Kept>();
  private readonly making = new Map<string, Promise<Snapshot>>();

  constructor(
    private readonly nodes: NodesFacade,
    private readonly maker: PictureMaker,
  ) {}

  /** @throws DomainError no_picture, picture_broken, overloaded, media_unavailable */
  of(nodeId: string, channelId: string, width: number): Promise<Snapshot> {
    const key = `${channelId} ${width}`;
    const known = this.kept.get(key);
    if (known && performance.now() - known.atMs < FRESH_MS) return Promise.resolve(known);
    return this.making.get(key) ?? this.begin(key, () => this.renew(nodeId, channelId, width, known));
  }

  private begin(key: string, work: () => Promise<Kept>): Promise<Snapshot> {
    if (this.making.size >= MAX_MAKING)
      return Promise.reject(new DomainError('overloaded', { retryAfterMs: FRESH_MS }));
    const making = work()
      .then((snapshot) => this.keep(key, snapshot))
      .finally(() => this.making.delete(key));
    this.making.set(key, making);
    return making;
  }

  private async renew(
    nodeId: string,
    channelId: string,
    width: number,
    known: Kept | undefined,
  ): Promise<Kept> {
    const atMs = performance.now();
    const keyframe = await this.nodes.keyframe(nodeId, channelId, known?.keyframe);
    if (keyframe === 'same' && known) return { ...known, atMs };
    if (keyframe === null || keyframe === 'same') throw new DomainError('no_picture');
    const { etag, data } = keyframe;
    const jpeg = await this.maker.make(channelId, data, width);
    return { etag: `${etag.slice(0, -1)}-${width}"`, jpeg, keyframe: etag, atMs };
  }

  private keep(key: string, snapshot: Kept): Snapshot {
    this.kept.delete(key);
    this.kept.set(key, snapshot);
    const [oldest] = this.kept.keys();
    if (this.kept.size > MAX_KEPT && oldest !== undefined) this.kept.delete(oldest);
    return snapshot;
  }
}
