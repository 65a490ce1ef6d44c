/** A media node that takes publishers by WHIP, and pages that publish to it through the real browser client. */
import { servePageModules } from './page-modules';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import {
  createTransports,
  type TransportFactory,
  type TransportKind,
} from '../../../src/media/webrtc/transport';
import type { MediaNode, MediaNodeOptions } from '../../../src/media/node';
import { ffmpegAudio } from '../../../src/media/ffmpeg/audio-codecs';
import { startTestNode } from '../media/media-node';
import { silentLogger } from '../media/silent-logger';

export interface WhipNode {
  node: MediaNode;
  /** http://127.0.0.1:port */
  mediaUrl: string;
  pageUrl: string;
  close(): Promise<void>;
}

export interface WhipNodeOptions extends Partial<MediaNodeOptions> {
  transport?: TransportKind;
  /** Puts something between the endpoint and its transports, e.g. loss. */
  wrap?: (transports: TransportFactory) => TransportFactory;
}

/** Starts both on ephemeral ports of the loopback interface. Tokens as with `startTestNode`. */
export async function startWhipNode(options: WhipNodeOptions = {}): Promise<WhipNode> {
  const { transport = 'node-datachannel', wrap = (inner) => inner, ...rest } = options;
  const made = await createTransports(transport, {
    bindAddress: '127.0.0.1',
    udpPort: 0,
    announcedAddresses: [],
    iceServers: [],
    logger: silentLogger,
  });
  const transports = wrap(made);
  const whip = { transports, codecs: ffmpegAudio };
  const node = await startTestNode({ ...rest, whip });
  const pages = servePage().listen(0, '127.0.0.1');
  await once(pages, 'listening');
  return {
    node,
    mediaUrl: `http://127.0.0.1:${node.httpPort}`,
    pageUrl: `http://127.0.0.1:${(pages.address() as AddressInfo).port}/`,
    close: async () => {
      await node.close();
      await transports.close();
      pages.closeAllConnections();
      await new Promise((resolve) => pages.close(resolve));
    },
  };
}

const html = String.raw`<!doctype html><title>whip</title><script type="module">
import { WhipClient } from '/src/publish/whip-client';
window.page = {
  log: [],
  async camera(wanted) {
    return navigator.mediaDevices.getUserMedia({
      audio: wanted.audio && { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      video: wanted.video && { width: 320, height: 240 },
    });
  },
  /** A canvas that turns white while WebAudio beeps, once a second. */
  flashesAndBeeps() {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [320, 240];
    const paint = canvas.getContext('2d');
    const context = new AudioContext({ sampleRate: 48000 });
    const out = context.createMediaStreamDestination();
    const tone = new OscillatorNode(context, { frequency: 1000 });
    const gain = new GainNode(context, { gain: 0 });
    tone.connect(gain).connect(out);
    tone.start();
    setInterval(() => {
      const on = context.currentTime % 1 < 0.3;
      gain.gain.value = on ? 0.5 : 0;
      paint.fillStyle = on ? 'white' : 'black';
      paint.fillRect(0, 0, 320, 240);
    }, 20);
    return new MediaStream([...canvas.captureStream(30).getTracks(), ...out.stream.getTracks()]);
  },
  /** A canvas of 640x360 with a colour, [red, green, blue], in each quarter. */
  quarters(colours) {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 360];
    const paint = canvas.getContext('2d');
    setInterval(() => colours.forEach((colour, quarter) => {
      paint.fillStyle = 'rgb(' + colour + ')';
      paint.fillRect((quarter % 2) * 320, (quarter >> 1) * 180, 320, 180);
    }), 40);
    return canvas.captureStream(25);
  },
  mediaFor(wanted) {
    if (wanted === 'flashes') return this.flashesAndBeeps();
    return wanted.quarters ? this.quarters(wanted.quarters) : this.camera(wanted);
  },
  async publish(url, tokens, wanted) {
    const media = await this.mediaFor(wanted);
    this.media = media;
    this.client = new WhipClient({ getAddress: async () => ({ url, token: tokens.length > 1 ? tokens.shift() : tokens[0] }) });
    this.client.on('state', (event) => this.log.push(event));
    this.client.publish(media);
  },
  async scale(by) {
    const sender = this.client.connection.getSenders().find((each) => each.track.kind === 'video');
    const parameters = sender.getParameters();
    parameters.encodings[0].scaleResolutionDownBy = by;
    await sender.setParameters(parameters);
  },
  /** Takes the microphone away for a while: its RTP clock stands meanwhile. */
  async mute(ms) {
    const sender = this.client.connection.getSenders().find((each) => each.track?.kind === 'audio');
    const { track } = sender;
    await sender.replaceTrack(null);
    await new Promise((resolve) => setTimeout(resolve, ms));
    await sender.replaceTrack(track);
  },
  close() { return this.client.close(); },
};
window.ready = true;
</script>`;

function servePage(): Server {
  return createServer((request, response) => servePageModules(request, response, html));
}

export interface WhipStateEvent {
  state: string;
  code: string | null;
}

export type Wanted = { audio: boolean; video: boolean } | { quarters: number[][] } | 'flashes';

export class WhipPage {
  private constructor(readonly page: Page) {}

  static async open(browser: Browser, { pageUrl }: WhipNode): Promise<WhipPage> {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(pageUrl);
    await page.waitForFunction('window.ready');
    return new WhipPage(page);
  }

  /** Begins to publish; `tokens` are used one per attempt, the last one again and again. */
  publish(url: string, tokens: string[], wanted: Wanted = { audio: true, video: true }): Promise<unknown> {
    return this.get(`page.publish(...${JSON.stringify([url, tokens, wanted])})`);
  }

  get<T>(expression: string): Promise<T> {
    return this.page.evaluate<T>(expression);
  }

  /** Resolves with the state event that is `state`, past ones included. */
  async reached(state: string, timeoutMs = 15_000): Promise<WhipStateEvent> {
    const find = `page.log.find((event) => event.state === ${JSON.stringify(state)})`;
    // Polled, since a page in the background paints no frames.
    await this.page.waitForFunction(find, undefined, { timeout: timeoutMs, polling: 50 });
    return this.get<WhipStateEvent>(find);
  }
}
