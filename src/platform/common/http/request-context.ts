import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What is known of the request (or socket event) that is being served. Mutable: filled while it is served. */
export interface RequestContext {
  requestId: string;
  /** Of the client, as trusted proxies say. */
  address?: string;
  /** Of an HTTP request. */
  method?: string;
  path?: string;
  /** Who makes the request, once known; `apiKeyId`: the key that minted their token. */
  caller?: { userId: string; name: string; role: string; apiKeyId?: string };
  /** Of a request with an API key instead of a token. */
  apiKeyId?: string;
  /** Somebody has said what is done here, for the audit log. */
  audited?: boolean;
  /** Ids that go with every log line: channelId, conferenceId, taskId, … */
  fields: Record<string, string>;
}

const current = new AsyncLocalStorage<RequestContext>();

/** Accepted from a client: visible characters, harmless in logs and headers. */
const REQUEST_ID = /^[\w.:@+/=-]{1,128}$/;

/** The client's request id if it is valid, else a new one. */
export function requestIdOf(given: unknown): string {
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

/** Runs `work`, and all that it starts (handlers of its domain events too), in this context. */
export function inRequest<T>(context: RequestContext, work: () => T): T {
  return current.run(context, work);
}

/** undefined outside of requests: timers, jobs, start-up. */
export function requestContext(): RequestContext | undefined {
  return current.getStore();
}

/** From now on every log line of the current request has these. Without effect outside of requests. */
export function addLogFields(fields: Record<string, string | undefined>): void {
  const context = current.getStore();
  if (!context) return;
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) context.fields[name] = value;
}

/** Fields of the current request for a log line. */
export function requestLogFields(): object {
  const context = current.getStore();
  if (!context) return {};
  const { requestId, caller, fields } = context;
  return { requestId, ...(caller && { userId: caller.userId }), ...fields };
}
