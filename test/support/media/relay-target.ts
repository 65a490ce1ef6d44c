import { EventEmitter, once } from 'node:events';
import type { MediaNode } from '../../../src/media/node';
import { FlvCapture } from './flv-capture';
import { startTestNode } from './media-node';

/** The stream key of every target. */
export const KEY = 'sekret-4711';

/** A server to relay to: an origin that takes one key, and counts who comes with it. */
export class RelayTarget extends EventEmitter<{ publish: [] }> {
  publishes = 0;
  private node: MediaNode;

  /** @param rtmpPort 0: any free one */
  static async start(rtmpPort = 0): Promise<RelayTarget> {
    const target = new RelayTarget();
    target.node = await startTestNode({
      rtmpPort,
      publishAuthorizer: { authorizePublish: (name) => Promise.resolve(target.authorize(name)) },
      hub: { graceMs: 200 },
    });
    return target;
  }

  get rtmpPort(): number {
    return this.node.rtmpPort;
  }

  get httpPort(): number {
    return this.node.httpPort;
  }

  get url(): string {
    return `rtmp://127.0.0.1:${this.rtmpPort}/live/${KEY}`;
  }

  view(): Promise<FlvCapture> {
    return FlvCapture.openWhenOnAir(`http://127.0.0.1:${this.httpPort}/live/out.flv?token=play-out`);
  }

  /** Resolves when there have been so many sessions. */
  async published(n: number): Promise<void> {
    while (this.publishes < n) await once(this, 'publish');
  }

  /** Resolves when nobody publishes there any more. */
  async left(): Promise<void> {
    while (this.node.hub.snapshot().some(({ publishers }) => publishers.length > 0)) {
      await once(this.node.hub, 'channel');
    }
  }

  close(): Promise<void> {
    return this.node.close();
  }

  private authorize(name: string) {
    if (name !== KEY) return null;
    this.publishes += 1;
    this.emit('publish');
    return { channelId: 'out', role: 'host', epoch: 1 } as const;
  }
}
