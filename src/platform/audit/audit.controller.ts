import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Caller, CurrentCaller } from '../../auth';
import type { AuditEntryView, ListView } from '../../contracts';
import { AuditQuery } from './audit.dto';
import { AuditService } from './audit.service';

@ApiTags('audit')
@Controller('v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  /** Lists what admins did, and what matters for security. */
  @Get()
  list(@CurrentCaller() caller: Caller, @Query() query: AuditQuery): Promise<ListView<AuditEntryView>> {
    return this.audit.list(caller, query);
  }
}
