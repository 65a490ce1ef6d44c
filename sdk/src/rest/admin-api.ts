import type {
  ApiKeyCreate,
  ApiKeyCreatedView,
  ApiKeyView,
  AuditEntryView,
  ListView,
  MixerView,
  MixTaskView,
  NodeView,
  WebhookCreate,
  WebhookCreatedView,
  WebhookDeliveryState,
  WebhookDeliveryView,
  WebhookPatch,
  WebhookReplayView,
  WebhookView,
} from '../contracts';
import type { Http } from './http';

const segment = encodeURIComponent;
const webhook = (id: string) => `/v1/webhooks/${segment(id)}`;

/** A page of a list: `cursor` is the former page's `nextCursor`. */
export interface PageOf {
  cursor?: string | null;
  /** 1 .. 500, default 100. */
  limit?: number;
}

/** What admins do beside (docs/api/openapi.json); every call throws LianmaiError, `forbidden` for others. */
export function adminApi(http: Http) {
  const request = http.request.bind(http);
  const page = <T>(path: string, { cursor, limit, ...filter }: PageOf & Record<string, unknown> = {}) => {
    const query = new URLSearchParams();
    const asked = { cursor, limit, ...filter };
    for (const [key, value] of Object.entries(asked))
      if (value !== undefined && value !== null) query.set(key, String(value));
    return request<ListView<T>>('GET', query.size > 0 ? `${path}?${query}` : path);
  };

  return {
    /** Nobody may publish or watch from now on. @param note why; the owner sees it */
    suspendChannel: (id: string, note: string) =>
      request<void>('POST', `/v1/channels/${segment(id)}/suspension`, { note }),
    resumeChannel: (id: string) => request<void>('DELETE', `/v1/channels/${segment(id)}/suspension`),

    listNodes: (of?: PageOf) => page<NodeView>('/v1/nodes', { ...of }),
    listMixers: (of?: PageOf) => page<MixerView>('/v1/mixers', { ...of }),
    listMixTasks: (of?: PageOf) => page<MixTaskView>('/v1/mix-tasks', { ...of }),

    listWebhooks: (of?: PageOf) => page<WebhookView>('/v1/webhooks', { ...of }),
    createWebhook: (body: WebhookCreate) => request<WebhookCreatedView>('POST', '/v1/webhooks', body),
    patchWebhook: (id: string, patch: WebhookPatch) => request<WebhookView>('PATCH', webhook(id), patch),
    deleteWebhook: (id: string) => request<void>('DELETE', webhook(id)),
    pingWebhook: (id: string) => request<void>('POST', `${webhook(id)}/ping`),
    listDeliveries: (id: string, of?: PageOf & { state?: WebhookDeliveryState }) =>
      page<WebhookDeliveryView>(`${webhook(id)}/deliveries`, { ...of }),
    replayDelivery: (id: string, deliveryId: string) =>
      request<void>('POST', `${webhook(id)}/deliveries/${segment(deliveryId)}/replay`),
    /** All dead ones. */
    replayWebhook: (id: string) => request<WebhookReplayView>('POST', `${webhook(id)}/replay`),

    listApiKeys: (of?: PageOf) => page<ApiKeyView>('/v1/api-keys', { ...of }),
    createApiKey: (body: ApiKeyCreate) => request<ApiKeyCreatedView>('POST', '/v1/api-keys', body),
    revokeApiKey: (id: string) => request<void>('DELETE', `/v1/api-keys/${segment(id)}`),

    /** @param of `action`: e.g. `api-key.revoked` */
    listAudit: (of?: PageOf & { action?: string }) => page<AuditEntryView>('/v1/audit', { ...of }),
  };
}

export type AdminApi = ReturnType<typeof adminApi>;
