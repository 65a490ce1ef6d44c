import { DomainEvent } from '../../platform/common';
import type { InvitationView } from '../../contracts';

/** An invitation or application was made, answered, taken back, or has expired. */
export class InvitationChanged extends DomainEvent {
  constructor(readonly invitation: InvitationView) {
    super();
  }
}
