/** A media node without media, which reports as a real one does, keeps what it is told of channels, and takes every command. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import type { Signer } from '../../src/auth';
import { credentialOf } from '../../test/support/fakes/fake-media-node';
import type {
  ChannelSettings,
  ChannelSnapshot,
  ConferenceSnapshot,
  NodeReport,
} from '../../src/media/contract';

const REPORT_MS = 2000;
/** Of the channels, how many have another number of viewers in each report. */
const RESTLESS = 0.1;

export class LightNode {
  private readonly bootId = randomUUID();
  private readonly server = createServer((request, response) => {
    void this.answer(request).then((answer) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer)),
    );
  });
  private readonly credential: ReturnType<typeof credentialOf>;
  private seq = 0;
  private reports = 0;
  private timer: NodeJS.Timeout | null = null;
  private address = '';

  constructor(
    private readonly id: string,
    private readonly control: { url: string; signer: Signer },
    private readonly channels: ChannelSnapshot[],
    private readonly conferences: ConferenceSnapshot[],
  ) {
    this.credential = credentialOf(id, control.signer);
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.address = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    this.timer = setInterval(() => void this.report(), REPORT_MS);
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage): Promise<object> {
    if (request.url === '/control/identity') return { bootId: this.bootId };
    const channelId = /^\/control\/channels\/([^/]+)\/settings$/.exec(request.url ?? '')?.[1];
    if (channelId) await this.configure(channelId, request);
    else request.resume();
    return {};
  }

  private async configure(channelId: string, request: IncomingMessage): Promise<void> {
    const { revision } = (await json(request)) as ChannelSettings;
    const channel = this.channels.find((one) => one.channelId === channelId);
    if (channel) channel.settings = revision;
  }

  private async report(): Promise<void> {
    const token = this.credential.token();
    await fetch(`${this.control.url}/internal/nodes/${this.id}/report`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(this.next()),
    }).catch(() => null);
  }

  /** Viewers come and go; every other time an encoder is lost, and is back the next time. */
  private next(): NodeReport {
    this.reports++;
    const count = Math.ceil(this.channels.length * RESTLESS);
    for (let i = 0; i < count; i++) {
      const channel = this.channels[(this.reports * count + i) % this.channels.length];
      if (channel) channel.viewers = 1 + ((channel.viewers + i) % 200);
    }
    const event = this.interruption();
    return {
      ...{ bootId: this.bootId, seq: ++this.seq, load: 0.2, rtmpPort: 1935 },
      ...{ mediaUrl: this.address, rtmpUrl: 'rtmp://127.0.0.1:1935', controlUrl: this.address },
      events: event ? [{ seq: this.reports, event: { type: 'channel', ...event } }] : [],
      snapshot: { channels: this.channels, conferences: this.conferences },
    };
  }

  private interruption(): ChannelSnapshot | undefined {
    const host = this.channels.filter(({ source }) => source === 'host');
    const channel = host[(this.reports >> 1) % host.length];
    if (!channel) return undefined;
    const publisher = { role: 'host', epoch: 1, active: true } as const;
    channel.publishers = channel.publishers.length > 0 ? [] : [publisher];
    return channel;
  }
}
