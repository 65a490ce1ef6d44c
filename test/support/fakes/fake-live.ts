import { randomUUID } from 'node:crypto';
import type { PushUrlView } from '../../../src/contracts';
import type { ChannelRecord, ImagesFacade, LiveFacade, WantedImages } from '../../../src/live';
import { DomainError } from '../../../src/platform/common';

const SERVER = 'rtmp://hub.example/live';

type Asked = 'get' | 'getMany' | 'returnToHost' | 'disconnectMix' | 'beginMix' | 'mixPushUrl' | 'mixTarget';

/** Channels as a test says they are; what the hub is asked for is written down. */
export class FakeLive implements Pick<LiveFacade, Asked>, Pick<ImagesFacade, 'avatarsOf' | 'bytesOf'> {
  readonly calls: string[] = [];
  /** Of the newest mix, whatever its channel. */
  epoch = 1;
  readonly channels = new Map<string, ChannelRecord>();
  /** Ids by user. */
  readonly avatars = new Map<string, string>();

  add(more: Partial<ChannelRecord> = {}): ChannelRecord {
    const channel: ChannelRecord = {
      id: randomUUID(),
      title: 'Evening show',
      ownerId: 'host',
      ownerName: 'Hana',
      mixingMode: 'server',
      clientMixFallback: 'hold',
      layout: { kind: 'grid', fit: 'crop', background: '#000000' },
      output: { width: 640, height: 360, fps: 15, gop: 30, videoBitrate: 800_000, audioBitrate: 96_000 },
      seatLimit: 9,
      source: 'host',
      sourceVersion: 1,
      sourceEpoch: 1,
      epoch: 1,
      hostEpoch: 1,
      nodeId: 'node-1',
      viewers: 0,
      hostPublishing: true,
      mixEpochs: [],
      hostVideo: null,
      stream: null,
      suspended: false,
      roomBansStopWatching: false,
      likes: 0,
      ...more,
    };
    this.channels.set(channel.id, channel);
    return channel;
  }

  get(channelId: string): Promise<ChannelRecord> {
    const channel = this.channels.get(channelId);
    if (!channel) return Promise.reject(new DomainError('channel_not_found', { channelId }));
    return Promise.resolve({ ...channel });
  }

  getMany(channelIds: string[]): Promise<ChannelRecord[]> {
    const found = channelIds.flatMap((id) => this.channels.get(id) ?? []);
    return Promise.resolve(found.map((channel) => ({ ...channel })));
  }

  returnToHost(channelId: string): Promise<void> {
    this.calls.push(`returnToHost ${channelId}`);
    return Promise.resolve();
  }

  disconnectMix(channelId: string): Promise<void> {
    this.calls.push(`disconnectMix ${channelId}`);
    return Promise.resolve();
  }

  beginMix(): Promise<number> {
    return Promise.resolve(++this.epoch);
  }

  mixPushUrl(channelId: string, epoch: number): Promise<PushUrlView> {
    const key = `${channelId}?epoch=${epoch}`;
    const whip = { url: `http://hub.example/whip/${channelId}`, token: `${epoch}` };
    const expiresAt = new Date().toISOString();
    return Promise.resolve({ url: `${SERVER}/${key}`, server: SERVER, key, whip, expiresAt });
  }

  mixTarget(channelId: string, epoch: number): Promise<string> {
    return Promise.resolve(`${SERVER}/${channelId}?epoch=${epoch}`);
  }

  avatarsOf(): Promise<Map<string, string>> {
    return Promise.resolve(this.avatars);
  }

  /** Every picture is there. */
  bytesOf({ images, avatars }: WantedImages): Promise<Map<string, Buffer>> {
    return Promise.resolve(new Map([...images, ...avatars].map((id) => [id, Buffer.from(id)])));
  }
}
