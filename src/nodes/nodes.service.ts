import { Injectable } from '@nestjs/common';
import { type Caller, requireAdmin } from '../auth';
import { type PageQuery, readCursor, writeCursor } from '../platform/common';
import type { ListView, NodeView } from '../contracts';
import { NodesRepository } from './nodes.repository';
import { nodeView } from './nodes.view';

const DEFAULT_LIMIT = 100;

/** What admins see of the media nodes. */
@Injectable()
export class NodesService {
  constructor(private readonly nodes: NodesRepository) {}

  /** In the order of their names. @throws DomainError not_allowed, invalid_input */
  async list(caller: Caller, { limit = DEFAULT_LIMIT, cursor }: PageQuery): Promise<ListView<NodeView>> {
    requireAdmin(caller, 'see the media nodes');
    const [after] = cursor === undefined ? [] : readCursor(cursor, isName);
    const found = await this.nodes.list(limit + 1, after);
    const items = found.slice(0, limit).map(nodeView);
    const last = items.at(-1);
    return { items, nextCursor: found.length > limit && last ? writeCursor([last.id]) : null };
  }
}

function isName(value: unknown): value is [string] {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'string';
}
