import { Injectable } from '@nestjs/common';
import { type Caller, requireAdmin } from '../../auth';
import type { AuditEntryView, ListView } from '../../contracts';
import { AuditQuery } from './audit.dto';
import type { AuditEntry } from './audit.entity';
import { AuditRepository } from './audit.repository';

/** What admins see of the audit log. */
@Injectable()
export class AuditService {
  constructor(private readonly entries: AuditRepository) {}

  /** @throws DomainError not_allowed */
  async list(caller: Caller, { action, ...page }: AuditQuery): Promise<ListView<AuditEntryView>> {
    requireAdmin(caller, 'see the audit log');
    const { rows, nextCursor } = await this.entries.list(action, page);
    return { items: rows.map(auditEntryView), nextCursor };
  }
}

function auditEntryView(row: AuditEntry): AuditEntryView {
  const { id, action, actorId, actorName, actorRole, details, apiKeyId, requestId, address } = row;
  return {
    id,
    action,
    actor: actorId === null ? null : { userId: actorId, name: actorName ?? '', role: actorRole ?? '' },
    subject: { type: row.subjectType, id: row.subjectId },
    ...{ apiKeyId, details, requestId, address },
    createdAt: row.createdAt.toISOString(),
  };
}
