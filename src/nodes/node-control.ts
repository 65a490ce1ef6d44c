import { Injectable } from '@nestjs/common';
import { Signer } from '../auth';
import { DomainError, Log } from '../platform/common';

const TIMEOUT_MS = 3_000;
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
    const token = await this.signer.sign('control', { caller: 'api' }, TOKEN_TTL_SECONDS);
    let status: number | undefined;
    try {
      const response = await fetch(`${node.controlUrl}/control/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
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
}
