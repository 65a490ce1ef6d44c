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
/** As of a message of a publisher. */
const MAX_KEYFRAME_BYTES = 8 << 20;
const TOKEN_TTL_SECONDS = 30;

export interface Keyframe {
  /** Names its content. */
  etag: string;
  /** H.264, Annex B with its parameter sets, as a stranger has sent it. */
  data: Buffer;
}

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

  /**
   * The newest keyframe of what is on the air on a channel.
   * @param known ETag of the one that the caller has
   * @returns `same`: it is that one; null: there is none
   * @throws DomainError media_unavailable
   */
  async keyframe(
    { id, controlUrl }: { id: string; controlUrl: string },
    channelId: string,
    known: string | undefined,
  ): Promise<Keyframe | 'same' | null> {
    const path = `channels/${encodeURIComponent(channelId)}/keyframe`;
    const authorization = await this.authorization(id, `GET /control/${path}`);
    try {
      const response = await fetch(`${controlUrl}/control/${path}`, {
        headers: { authorization, ...(known !== undefined && { 'if-none-match': known }) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const data = await bytesOf(response, MAX_KEYFRAME_BYTES);
      if (response.status === 304) return 'same';
      if (response.status === 404) return null;
      if (response.status !== 200) throw new Error(`the node answered ${response.status}`);
      return { etag: response.headers.get('etag') ?? '', data };
    } catch (err) {
      this.log.warn({ err, nodeId: id, path }, 'media node gives no keyframe');
      throw new DomainError('media_unavailable');
    }
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
    return parseJson((await bytesOf(response, MAX_ANSWER_BYTES)).toString());
  }

  /** For one call to one node: whoever records it can't use it again, nor for another node. */
  private async authorization(nodeId: string, call: string): Promise<string> {
    return `Bearer ${await this.signer.sign('control', { nodeId, call }, TOKEN_TTL_SECONDS)}`;
  }
}

/** A node may have been taken over by somebody. @throws Error where its answer is larger */
async function bytesOf({ body }: Response, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += (part as Uint8Array).length;
    if (bytes > maxBytes) throw new Error(`the node answered more than ${maxBytes} bytes`);
    parts.push(part as Uint8Array);
  }
  return Buffer.concat(parts);
}

/** Of the socket below a failed fetch. */
function codeOf(error: unknown): unknown {
  return ((error as Error).cause as { code?: unknown } | undefined)?.code;
}
