import type {
  ChannelCreate,
  ChannelView,
  PkMatchView,
  PkPointsAdd,
  TokenRequest,
  TokenView,
  WebhookCreate,
  WebhookCreatedView,
} from '../contracts';
import { LianmaiError } from '../errors';
import { platformOf } from '../platform';
import { Http, refusalOf } from '../rest/http';
import { TokenSource } from '../rest/token-source';
import { ServerClock } from '../util/server-clock';

export interface LianmaiServerOptions {
  /** Address of the API, e.g. `https://live.example.com`. */
  url: string;
  /** `API_KEY` of the server's configuration, or one made at /v1/api-keys. */
  apiKey: string;
  /** Of the user as whom `admin` acts. */
  adminId?: string;
  fetch?: typeof globalThis.fetch;
}

/** An admin's token of our own is asked for again a while before it ends, ms. */
const ADMIN_TTL_MS = 3_600_000;

/** What an app's backend asks of the server: tokens for its users, and what admins do. */
export class LianmaiServer {
  private readonly baseUrl: string;
  private readonly platform;
  private readonly tokens: TokenSource;
  private readonly http: Http;

  constructor(private readonly options: LianmaiServerOptions) {
    this.baseUrl = options.url.replace(/\/+$/, '');
    this.platform = platformOf(options.fetch ? { fetch: options.fetch } : {});
    const { adminId = 'backend' } = options;
    this.tokens = new TokenSource(async () => {
      const wanted = { userId: adminId, name: 'Backend', role: 'admin' as const, ttlMs: ADMIN_TTL_MS };
      return (await this.mintToken(wanted)).token;
    });
    const { baseUrl, platform, tokens } = this;
    this.http = new Http({ baseUrl, platform, tokens, clock: new ServerClock() });
  }

  /**
   * A token for one user, to be handed to their device. There is no refresh: mint another one.
   * @throws LianmaiError api_key_invalid, invalid_input …
   */
  async mintToken(user: TokenRequest): Promise<TokenView> {
    const response = await this.platform
      .fetch(`${this.baseUrl}/v1/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': this.options.apiKey },
        body: JSON.stringify(user),
      })
      .catch((error: unknown) => {
        throw LianmaiError.local('network', String(error));
      });
    if (!response.ok) throw await refusalOf(response);
    return (await response.json()) as TokenView;
  }

  /** A channel of a user. */
  createChannel(channel: ChannelCreate): Promise<ChannelView> {
    return this.http.request('POST', '/v1/channels', channel);
  }

  /** The answer is the only one that shows the secret: keep it. */
  createWebhook(webhook: WebhookCreate): Promise<WebhookCreatedView> {
    return this.http.request('POST', '/v1/webhooks', webhook);
  }

  /** Gifts count for the side of this channel. */
  addPkPoints(channelId: string, points: PkPointsAdd): Promise<PkMatchView> {
    return this.http.request('POST', `/v1/channels/${encodeURIComponent(channelId)}/pk/points`, points);
  }

  /** Anything else of the API (docs/api/openapi.json), as an admin. */
  admin<T>(...request: Parameters<Http['request']>): Promise<T> {
    return this.http.request<T>(...request);
  }

  close(): void {
    this.tokens.close();
  }
}
