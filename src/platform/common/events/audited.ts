import { DomainEvent } from './event-bus';
import { requestContext } from '../http/request-context';

export interface AuditedSubject {
  type: string;
  id: string;
}

/**
 * An entry for the audit log: done by an admin, or relevant to security. Publish it in the transaction of the change
 * (EventBus.transaction): both are committed or neither. Who did it is taken from the request.
 */
export class Audited extends DomainEvent {
  readonly by = requestContext();

  /**
   * @param action `subject.done`, e.g. `api-key.revoked`; stable
   * @param details without secrets
   */
  constructor(
    readonly action: string,
    readonly subject: AuditedSubject,
    readonly details: Record<string, unknown> = {},
  ) {
    super();
  }
}
