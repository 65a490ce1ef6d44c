import { DomainEvent } from './event-bus';
import { canonicalId } from '../http/ids';
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
    if (this.by) this.by.audited = true;
  }
}

/** What `:id` in an address names. */
const SUBJECTS: readonly (readonly [prefix: RegExp, type: string])[] = [
  [/^\/v1\/channels\/([^/]+)/, 'channel'],
  [/^\/v1\/(?:conferences|bypass-lives)\/([^/]+)/, 'conference'],
  [/^\/v1\/mix-tasks\/([^/]+)/, 'mix-task'],
  [/^\/v1\/(?:co-host|pk)\/invitations\/([^/]+)/, 'invitation'],
  [/^\/v1\/webhooks\/([^/]+)/, 'webhook'],
];
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const MAX_PATH = 512;

/**
 * What an admin does by the current request, where no room has said so in its own words: null for what only reads, for
 * other callers, and where it was said already.
 */
export function actOfAdmin(): Audited | null {
  const { caller, method, path, audited } = requestContext() ?? {};
  if (caller?.role !== 'admin' || audited || !method || !path || READING.has(method)) return null;
  const details = { method, path: path.slice(0, MAX_PATH) };
  return new Audited('admin.request', subjectOf(path), details);
}

function subjectOf(path: string): AuditedSubject {
  for (const [prefix, type] of SUBJECTS) {
    const id = prefix.exec(path)?.[1];
    if (id !== undefined) return { type, id: canonicalId(id).slice(0, 128) };
  }
  return { type: 'route', id: path.slice(0, 128) };
}
