import { Injectable } from '@nestjs/common';
import { Signer } from '../auth';
import type { NumberedSnapshot } from '../media/contract';
import { DomainError, Log } from '../platform/common';
import type { Probe } from './node-loss';

const TIMEOUT_MS = 3_000;
const PROBE_TIMEOUT_MS = 2_000;
const TOKEN_TTL_SECONDS = 60;

/** Calls of control to a media node (contract: src/media/contract/node.ts). */
@Injectable()
export class NodeControl {
  private readonly log = new Log('nodes');

  constructor(private readonly signer: Signer) {}

  /**
   * POSTs a command. A channel, conference or member that isn't on the node (404) is no error.
   * @param path below /control/, its parts encoded
   * @throws DomainError media_unavailable
   */
  async post(node: { id: string; controlUrl: string }, path: string, body: object): Promise<void> {
    const authorization = await this.authorization();
    let status: number | undefined;
    try {
      const response = await fetch(`${node.controlUrl}/control/${path}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      status = response.status;
      await response.body?.cancel();
    } catch (err) {
      this.log.warn({ err, nodeId: node.id, path }, 'media node does not answer');
    }
    if (status === undefined) throw new DomainError('media_unavailable');
    if (status !== 404 && (status < 200 || status > 299)) {
      this.log.error({ nodeId: node.id, path, status }, 'media node refused a command');
      throw new DomainError('media_unavailable');
    }
  }

  /** Calls a node of which nothing is heard. @returns its snapshot where it answers */
  async probe(node: { controlUrl: string }): Promise<{ probe: Probe; answer?: NumberedSnapshot }> {
    try {
      return { probe: 'answers', answer: await this.get<NumberedSnapshot>(node, 'snapshot') };
    } catch (err) {
      const refused = codeOf(err) === 'ECONNREFUSED';
      return { probe: refused ? 'refused' : 'silent' };
    }
  }

  /** Of the process that answers at the node's address; null: none does. */
  async bootIdOf(node: { controlUrl: string }): Promise<string | null> {
    try {
      return (await this.get<{ bootId: string }>(node, 'identity')).bootId;
    } catch {
      return null;
    }
  }

  private async get<T>({ controlUrl }: { controlUrl: string }, path: string): Promise<T> {
    const response = await fetch(`${controlUrl}/control/${path}`, {
      headers: { authorization: await this.authorization() },
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`the node answered ${response.status}`);
    return (await response.json()) as T;
  }

  private async authorization(): Promise<string> {
    return `Bearer ${await this.signer.sign('control', { caller: 'api' }, TOKEN_TTL_SECONDS)}`;
  }
}

/** Of the socket below a failed fetch. */
function codeOf(error: unknown): unknown {
  return ((error as Error).cause as { code?: unknown } | undefined)?.code;
}
