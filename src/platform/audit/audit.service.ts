import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller, requireAdmin } from '../../auth';
import { Audited, EventBus, Log } from '../common';
import type { AuditEntryView, ListView } from '../../contracts';
import type { AuditEntry } from './audit.entity';
import { AuditQuery } from './audit.dto';
import { AuditRepository } from './audit.repository';

/** Stores `Audited` events in the transaction where they happen. */
@Injectable()
export class AuditService implements OnModuleInit {
  private readonly log = new Log('audit');

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly entries: AuditRepository,
  ) {}

  onModuleInit(): void {
    this.bus.record(async (events, tx) => {
      for (const event of events) {
        if (event instanceof Audited) await this.write(event, tx ?? this.db.manager);
      }
      return undefined;
    });
  }

  /** @throws DomainError not_allowed */
  async list(caller: Caller, { action, ...page }: AuditQuery): Promise<ListView<AuditEntryView>> {
    requireAdmin(caller, 'see the audit log');
    const { rows, nextCursor } = await this.entries.list(action, page);
    return { items: rows.map(auditEntryView), nextCursor };
  }

  private async write({ action, subject, details, by }: Audited, tx: EntityManager): Promise<void> {
    await this.entries.insert(
      {
        id: randomUUID(),
        action,
        actorId: by?.caller?.userId ?? null,
        actorName: by?.caller?.name ?? null,
        actorRole: by?.caller?.role ?? null,
        subjectType: subject.type,
        subjectId: subject.id,
        details,
        requestId: by?.requestId ?? null,
        address: by?.address ?? null,
      },
      tx,
    );
    this.log.info({ action, subject, details }, 'audited');
  }
}

function auditEntryView(row: AuditEntry): AuditEntryView {
  const { id, action, actorId, actorName, actorRole, details, requestId, address } = row;
  return {
    id,
    action,
    actor: actorId === null ? null : { userId: actorId, name: actorName ?? '', role: actorRole ?? '' },
    subject: { type: row.subjectType, id: row.subjectId },
    ...{ details, requestId, address },
    createdAt: row.createdAt.toISOString(),
  };
}
