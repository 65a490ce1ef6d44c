import type { Signer, TokenClaims } from '../../../src/auth';
import type { PushUrlView } from '../../../src/contracts';
import type { PublishGrant } from '../../../src/media/contract';
import { assertDocumented } from './api-document';
import { type Reply, type RequestOptions, send } from './http';
import { ImClient } from './im-client';

type Claims = Partial<TokenClaims['api']>;

export interface ApiRequest extends RequestOptions {
  /** The user who asks; default: nobody, unless there is a token. */
  as?: string;
}

/** What people and their apps do with one API process. Every answer is held against docs/api/openapi.json. */
export class ApiClient {
  constructor(
    /** Without a slash at its end. */
    readonly url: string,
    /** With the secret of the API. */
    readonly signer: Signer,
  ) {}

  /** A user's token. Their name is made of the id; `admin` is one. */
  token(userId: string, claims: Claims = {}, ttlSeconds = 600): Promise<string> {
    const role = userId === 'admin' ? 'admin' : 'user';
    return this.signer.sign('api', { sub: userId, name: `name of ${userId}`, role, ...claims }, ttlSeconds);
  }

  /**
   * @param path from the root, e.g. `/v1/channels`
   * @throws Error where the answer is not what the document says
   */
  async request<T = unknown>(
    method: string,
    path: string,
    { as, token, ...rest }: ApiRequest = {},
  ): Promise<Reply<T>> {
    const bearer = token ?? (as === undefined ? undefined : await this.token(as));
    const reply = await send<T>(method, this.url + path, { token: bearer, ...rest });
    assertDocumented(method, path, reply);
    return reply;
  }

  /** A user's request. @param path below `/v1`, e.g. `channels` */
  as<T = unknown>(userId: string, method: string, path: string, body?: unknown): Promise<Reply<T>> {
    return this.request<T>(method, `/v1/${path}`, { as: userId, body });
  }

  /** As `as`, for what must succeed. @throws Error */
  async must<T = unknown>(userId: string, method: string, path: string, body?: unknown): Promise<T> {
    const reply = await this.as<T>(userId, method, path, body);
    if (reply.status < 400) return reply.body;
    throw new Error(`${userId} ${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }

  /** A person's app. */
  async connect(userId: string, claims: Claims = {}): Promise<ImClient> {
    return ImClient.connect(this.url, { token: await this.token(userId, claims) });
  }

  /** What a push address allows. */
  async grantOf({ key }: PushUrlView): Promise<PublishGrant> {
    const token = new URLSearchParams(key.slice(key.indexOf('?'))).get('token')!;
    return (await this.signer.verify('push', token)) as PublishGrant;
  }
}
