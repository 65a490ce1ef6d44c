import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DataSource } from 'typeorm';
import { actOfAdmin, EventBus, READING_ROUTE } from '../common';

/** What an admin did without a transaction of the EventBus gets its row when it is done. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    @InjectDataSource() private readonly db: DataSource,
    private readonly bus: EventBus,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const isReading = this.reflector.get<boolean | undefined>(READING_ROUTE, context.getHandler()) ?? false;
    return context.getType() === 'http' && !isReading ? from(this.serve(next)) : next.handle();
  }

  private async serve(next: CallHandler): Promise<unknown> {
    const body: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
    const act = actOfAdmin();
    if (act) {
      await this.bus.transaction(this.db, () => {
        this.bus.publish(act);
        return Promise.resolve();
      });
    }
    return body;
  }
}
