import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { actOfAdmin, Audited, EventBus, Log } from '../common';
import { AuditRepository } from './audit.repository';

/**
 * Stores `Audited` events in the transaction where they happen, and what an admin does in the first transaction of their
 * request.
 */
@Injectable()
export class AuditRecorder implements OnModuleInit {
  private readonly log = new Log('audit');

  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly entries: AuditRepository,
  ) {}

  onModuleInit(): void {
    this.bus.record(async (events, tx) => {
      const said = events.filter((event) => event instanceof Audited);
      const act = tx && actOfAdmin();
      for (const event of act ? [...said, act] : said) await this.write(event, tx ?? this.db.manager);
      return undefined;
    });
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
        apiKeyId: by?.caller?.apiKeyId ?? by?.apiKeyId ?? null,
        requestId: by?.requestId ?? null,
        address: by?.address ?? null,
      },
      tx,
    );
    this.log.info({ action, subject, details }, 'audited');
  }
}
