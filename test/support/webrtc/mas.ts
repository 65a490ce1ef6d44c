/** A MAS behind a small HTTP server, with tokens that are their own grants, and pages that join it. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import type {
  EgressGrant,
  JoinAuthorizer,
  JoinGrant,
  MediaLogger,
  NodeEvent,
} from '../../../src/media/contract';
import { Mas } from '../../../src/media/mas';
import {
  createTransports,
  type TransportFactory,
  type TransportKind,
} from '../../../src/media/webrtc/transport';
import { masPage } from '../browser/mas-page';
import { servePageModules } from '../browser/page-modules';
import { silentLogger } from '../media/silent-logger';

/** A token for `startMas`: the grant itself. */
export function joinToken(memberId: string, grant: Partial<JoinGrant> = {}): string {
  const full = {
    conferenceId: 'c1',
    memberId,
    userId: `user-${memberId}`,
    name: memberId,
    audio: true,
    video: true,
  };
  return JSON.stringify({ ...full, ...grant });
}

export function egressToken(grant: Partial<EgressGrant> = {}): string {
  return JSON.stringify({ conferenceId: 'c1', taskId: 't1', ...grant });
}

function parse<T>(token: string, key: string): Promise<T | null> {
  try {
    const grant = JSON.parse(token) as Record<string, unknown>;
    return Promise.resolve(key in grant ? (grant as T) : null);
  } catch {
    return Promise.resolve(null);
  }
}

/** Takes the tokens above. */
export const masAuthorizer: JoinAuthorizer = {
  authorizeJoin: (token) => parse<JoinGrant>(token, 'memberId'),
  authorizeEgress: (token) => parse<EgressGrant>(token, 'taskId'),
};

export type MemberEvent = Extract<NodeEvent, { type: 'member' }>;

export interface TestMas {
  mas: Mas;
  /** http://127.0.0.1:port/ with the test page. */
  pageUrl: string;
  /** ws://127.0.0.1:port/mas */
  url: string;
  egressUrl: string;
  events: MemberEvent[];
  close(): Promise<void>;
}

export interface TestMasOptions {
  transport?: TransportKind;
  /** Puts something between MAS and its transports, e.g. loss. */
  wrap?: (transports: TransportFactory) => TransportFactory;
  logger?: MediaLogger;
}

/** Starts MAS on ephemeral ports of the loopback interface. */
export async function startMas(options: TestMasOptions = {}): Promise<TestMas> {
  const {
    transport = 'node-datachannel',
    wrap = (transports) => transports,
    logger = silentLogger,
  } = options;
  const egress = { bindAddress: '127.0.0.1', udpPort: 0 };
  const transports = await createTransports(transport, {
    bindAddress: '127.0.0.1',
    udpPort: 0,
    announcedAddresses: [],
    iceServers: [],
    logger,
  });
  const mas = await Mas.over(wrap(transports), { egress, authorizer: masAuthorizer, logger });
  const events: MemberEvent[] = [];
  mas.on('member', (event) => events.push(event));
  const sockets = new WebSocketServer({ noServer: true });
  const server = servePage();
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (ws) => {
      if (request.url === '/mas') mas.acceptParticipant(ws);
      else mas.acceptMixer(ws, request.socket.remoteAddress ?? '');
    }),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    mas,
    pageUrl: `http://${host}/`,
    url: `ws://${host}/mas`,
    egressUrl: `ws://${host}/mas/egress`,
    events,
    close: async () => {
      await mas.close();
      sockets.clients.forEach((client) => client.terminate());
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function servePage(): Server {
  return createServer((request, response) => servePageModules(request, response, masPage));
}

/** What the page's script offers (mas-page.ts), called by name. */
export class MasPage {
  private constructor(readonly page: Page) {}

  static async open(browser: Browser, test: TestMas): Promise<MasPage> {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(error));
    await page.goto(test.pageUrl);
    await page.waitForFunction('window.ready');
    return new MasPage(page);
  }

  /** `size` of the camera, pixels; `codec`: the only one that is offered for it. */
  join(
    url: string,
    tokens: string[],
    media = true,
    size = { width: 320, height: 240 },
    codec: 'H264' | 'VP8' = 'H264',
  ): Promise<void> {
    return this.call('join', url, tokens, media, size, codec);
  }

  call<T>(method: string, ...args: unknown[]): Promise<T> {
    return this.get<T>(`window.page.${method}(...${JSON.stringify(args)})`);
  }

  get<T>(expression: string): Promise<T> {
    return this.page.evaluate<T>(expression);
  }

  /** Waits until a method's answer is as wanted; resolves to it. */
  async until<T>(
    method: string,
    args: unknown[],
    wanted: (value: T) => boolean,
    timeoutMs = 15_000,
  ): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const value = await this.call<T>(method, ...args);
      if (wanted(value)) return value;
      if (Date.now() > deadline)
        throw new Error(`${method}(${args.join()}) is still ${JSON.stringify(value)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
