/** GET /v1/audit (admin): who did what. Types only. */
export interface AuditEntryView {
  id: string;
  /** e.g. `api-key.revoked` */
  action: string;
  /** null: the system itself, or an app's backend by its API key. */
  actor: { userId: string; name: string; role: string } | null;
  /** The key that minted the actor's token, or with which the request was made; `configured`: `API_KEY`. null: none. */
  apiKeyId: string | null;
  subject: { type: string; id: string };
  details: Record<string, unknown>;
  /** Of the request that did it, as in its X-Request-Id. */
  requestId: string | null;
  address: string | null;
  createdAt: string;
}
