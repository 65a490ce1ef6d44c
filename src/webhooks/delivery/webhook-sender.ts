import { Inject, Injectable } from '@nestjs/common';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { hostOf, publicOnly } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { signatureOf } from './signature';

/** From the start of an attempt to the end of its answer, ms. */
const TIMEOUT_MS = 10_000;
/** Of an answer's body, which is not read; more closes the connection. */
const MAX_ANSWER_BYTES = 65_536;

export interface Attempt {
  url: string;
  secret: string;
  deliveryId: string;
  body: string;
}

export interface Outcome {
  taken: boolean;
  /** null: there was no answer. */
  status: number | null;
  error: string | null;
}

interface Bounds {
  timeoutMs?: number;
  /** Breaks the attempt off. */
  end?: AbortSignal;
}

/** Sends one delivery once. */
@Injectable()
export class WebhookSender {
  constructor(@Inject(CONFIG) private readonly config: RuntimeConfig) {}

  /** Never throws. Redirects are not followed: they count as refused. */
  async send(attempt: Attempt, { timeoutMs = TIMEOUT_MS, end }: Bounds = {}): Promise<Outcome> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const status = await this.post(attempt, end ? AbortSignal.any([signal, end]) : signal);
      const taken = status >= 200 && status < 300;
      return { taken, status, error: taken ? null : `answered ${status}` };
    } catch (error) {
      const late = signal.aborted ? `no answer within ${timeoutMs} ms` : undefined;
      return { taken: false, status: null, error: late ?? (error as Error).message };
    }
  }

  private async post({ url, secret, deliveryId, body }: Attempt, signal: AbortSignal): Promise<number> {
    const target = new URL(url);
    const { WEBHOOK_ALLOW_PRIVATE: anywhere } = this.config;
    if (!anywhere) await publicOnly.admit(hostOf(target));
    const timestamp = Math.floor(Date.now() / 1000);
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
      method: 'POST',
      agent: false,
      signal,
      ...(anywhere ? {} : { lookup: publicOnly.lookup }),
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Lianmai-Webhook',
        'lianmai-delivery': deliveryId,
        'lianmai-signature': signatureOf(secret, timestamp, body),
      },
    });
    return answerOf(request, body);
  }
}

/** Status of the answer, once it is whole or too large. */
function answerOf(request: ClientRequest, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) => {
      const status = response.statusCode ?? 0;
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ANSWER_BYTES) {
          reject(new Error(`the answer is larger than ${MAX_ANSWER_BYTES} bytes`));
          request.destroy();
        }
      });
      response.on('end', () => resolve(status));
      response.on('error', reject);
    });
    request.end(body);
  });
}
