import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebhookDelivery } from '../../../src/contracts';
import { problemsOfDelivery } from '../app/api-document';

export interface Received {
  event: WebhookDelivery;
  deliveryId: string;
  signature: string;
  body: string;
}

/** An app's backend: a real HTTP server that writes down what it is told, and answers as the test says. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  /** What was not as docs/api/openapi.json says. */
  readonly undocumented: string[] = [];
  /** null: never answers. */
  answer: (r: Received, response: ServerResponse) => void = (_, response) =>
    void response.writeHead(204).end();
  private readonly waiting = new Set<() => void>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer();
    const receiver = new WebhookReceiver(server);
    server.on('request', (request, response) => void receiver.take(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Resolves when so many have come in all. */
  count(n: number): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.received.length < n) return;
        this.waiting.delete(check);
        resolve();
      };
      this.waiting.add(check);
      check();
    });
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
    const received = {
      event: JSON.parse(body) as WebhookDelivery,
      deliveryId: String(request.headers['lianmai-delivery']),
      signature: String(request.headers['lianmai-signature']),
      body,
    };
    this.received.push(received);
    this.undocumented.push(...problemsOfDelivery(received.event));
    this.answer(received, response);
    this.waiting.forEach((check) => check());
  }
}

/** As a receiver would check it, written anew from the contract. */
export function isGenuine(secret: string, { signature, body }: Received, nowMs = Date.now()): boolean {
  const [, t, v1] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (!t || !v1 || Math.abs(nowMs / 1000 - Number(t)) > 300) return false;
  const expected = createHmac('sha256', secret).update(`${t}.`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(v1, 'hex'));
}
