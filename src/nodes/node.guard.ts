import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { bearerOf, type CallerRequest, Signer } from '../auth';
import { DomainError } from '../platform/common';
import { NodesRepository } from './nodes.repository';

/** A media node's own call: under the key of the node that it names, and once. */
@Injectable()
export class NodeGuard implements CanActivate {
  constructor(
    private readonly signer: Signer,
    private readonly nodes: NodesRepository,
  ) {}

  /** @throws DomainError token_missing, token_invalid */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request<{ nodeId: string }> & CallerRequest>();
    const { nodeId } = request.params;
    const call = await this.signer.verifyNode(nodeId, bearerOf(request.headers.authorization));
    if (!call || !(await this.nodes.takeCall(nodeId, new Date(call.issuedAtMs)))) {
      throw new DomainError('token_invalid');
    }
    request.nodeId = nodeId;
    return true;
  }
}
