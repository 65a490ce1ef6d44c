/**
 * Share links and visits, as far as pages need them: who opens a link watches without an account, and says a name when
 * one is needed first.
 */
import type { TokenView } from '../contracts';
import { LianmaiError } from '@lianmai/client';

export interface ShareLink {
  /** For anybody to open. */
  url: string;
  code: string;
}
export interface Visit extends TokenView {
  channelId: string;
  /** Makes the visitor the same person next time. */
  renewal?: string;
}

async function call<T>(
  path: string,
  body: object | undefined,
  token: string | null,
  method = 'POST',
): Promise<T> {
  const answer = await fetch(path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(token && method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => {
    throw LianmaiError.local('network');
  });
  const view: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw LianmaiError.from(view as Parameters<typeof LianmaiError.from>[0]);
  return view as T;
}

export const visitApi = {
  /** @throws LianmaiError share_link_not_found, channel_members_only */
  begin: (code: string, renewal?: string) => call<Visit>('/v1/visits', { code, renewal }, null),
  /** @throws LianmaiError name_refused */
  name: (token: string, name: string) => call<Visit>('/v1/visits/name', { name }, token),
  /** The channel's link, made where there is none: another would void it. */
  shareLink: async (token: string, channelId: string): Promise<ShareLink> => {
    const path = `/v1/channels/${encodeURIComponent(channelId)}/share-link`;
    return call<ShareLink>(path, undefined, token, 'GET').catch((error: unknown) => {
      if (LianmaiError.of(error).status !== 404) throw error;
      return call<ShareLink>(path, undefined, token);
    });
  },
};
