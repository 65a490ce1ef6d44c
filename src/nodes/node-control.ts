import { Injectable } from '@nestjs/common';
import { Signer } from '../auth';
import type { NumberedSnapshot } from '../media/contract';
import { DomainError, Log } from '../platform/common';
import { parseJson } from '../shared/bounded-json';
import type { Probe } from './node-loss';
import { readIdentity, readSnapshot } from './node-report.dto';

const TIMEOUT_MS = 3_000;
const PROBE_TIMEOUT_MS = 2_000;
/** As of a report: a snapshot with many channels is the largest. */
const MAX_ANSWER_BYTES = 1 << 20;
const TOKEN_TTL_SECONDS = 30;

/** Calls of control to a media node (contract: src/media/contract/node.ts). */
@Injectable()
export class NodeControl {
  private readonly log = new Log('nodes');

  constructor(private readonly signer: Signer) {}

  /**
   * POSTs a command. A channel, conference or member that isn't on the node (404) is no error.
   * @param path below /control/, its parts encoded
   * @returns whether it is there
   * @throws DomainError media_unavailable
   */
  async post(node: { id: string; controlUrl: string }, path: string, body: object): Promise<boolean> {
    const authorization = await this.authorization(node.id, `POST /control/${path}`);
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
    return status !== 404;
  }

  /** Calls a node of which nothing is heard. @returns its snapshot where it answers */
  async probe(node: {
    id: string;
    controlUrl: string;
  }): Promise<{ probe: Probe; answer?: NumberedSnapshot }> {
    try {
      return { probe: 'answers', answer: readSnapshot(await this.get(node, 'snapshot')) };
    } catch (err) {
      const refused = codeOf(err) === 'ECONNREFUSED';
      return { probe: refused ? 'refused' : 'silent' };
    }
  }

  /** Of the process that answers at the node's address; null: none does. */
  async bootIdOf(node: { id: string; controlUrl: string }): Promise<string | null> {
    try {
      return readIdentity(await this.get(node, 'identity')).bootId;
    } catch {
      return null;
    }
  }

  private async get({ id, controlUrl }: { id: string; controlUrl: string }, path: string): Promise<unknown> {
    const response = await fetch(`${controlUrl}/control/${path}`, {
      headers: { authorization: await this.authorization(id, `GET /control/${path}`) },
      signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`the node answered ${response.status}`);
    return parseJson(await textOf(response, MAX_ANSWER_BYTES));
  }

  /** For one call to one node: whoever records it can't use it again, nor for another node. */
  private async authorization(nodeId: string, call: string): Promise<string> {
    return `Bearer ${await this.signer.sign('control', { nodeId, call }, TOKEN_TTL_SECONDS)}`;
  }
}

/** A node may have been taken over by somebody. @throws Error where its answer is larger */
async function textOf({ body }: Response, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += (part as Uint8Array).length;
    if (bytes > maxBytes) throw new Error(`the node answered more than ${maxBytes} bytes`);
    parts.push(part as Uint8Array);
  }
  return Buffer.concat(parts).toString();
}

/** Of the socket below a failed fetch. */
function codeOf(error: unknown): unknown {
  return ((error as Error).cause as { code?: unknown } | undefined)?.code;
}
