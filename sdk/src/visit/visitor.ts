import type { VisitView } from '../contracts';
import { type Platform, platformOf } from '../platform';
import { restApi, type RestApi } from '../rest/api';
import { Http } from '../rest/http';
import { TokenSource } from '../rest/token-source';
import { ServerClock } from '../util/server-clock';
import { type Readable, Value } from '../util/value';

/** Where the visitor is remembered: `localStorage`, or something like it. */
export type VisitorStorage = Pick<Storage, 'getItem' | 'setItem'>;

export interface VisitorOptions {
  /** Of the share link. */
  code: string;
  /** As LianmaiOptions.url. */
  url?: string;
  /** Default: the browser's `localStorage`; null: the visitor is somebody new next time. */
  storage?: VisitorStorage | null;
  platform?: Partial<Platform>;
}

const KEY = 'lianmai.visitor';

/**
 * Somebody who opens a channel's share link, without an account: they watch at once, and say who they are when they want to
 * write, to like, or to go on the air.
 *
 *     const visitor = new Visitor({ code });
 *     const { channelId } = await visitor.begin();
 *     const lianmai = new Lianmai({ token: visitor.token });
 */
export class Visitor {
  /** '' until they have given one. */
  readonly name: Readable<string>;
  /** For LianmaiOptions. */
  readonly token = (): Promise<string> => this.next();

  private readonly given = new Value('');
  private readonly api: RestApi;
  private readonly storage: VisitorStorage | null;
  /** Whose token wasn't handed out yet. */
  private fresh: VisitView | null = null;

  constructor(private readonly options: VisitorOptions) {
    const { url = '', storage, platform } = options;
    this.name = this.given;
    this.storage = storage === undefined ? browserStorage() : storage;
    this.api = restApi(
      new Http({
        baseUrl: url.replace(/\/+$/, ''),
        platform: platformOf(platform),
        // A visit is asked for without a token.
        tokens: new TokenSource(() => ''),
        clock: new ServerClock(),
      }),
    );
  }

  /** Whose channel it is, and who the visitor is there. @throws LianmaiError share_link_not_found, channel_members_only */
  async begin(): Promise<VisitView> {
    const renewal = this.storage?.getItem(KEY) ?? undefined;
    const view = await this.api.beginVisit({ code: this.options.code, ...(renewal && { renewal }) });
    this.keep(view);
    return view;
  }

  /**
   * The visitor says who they are.
   * @param client of this visitor; its connection goes on under the new name
   * @throws LianmaiError name_refused, invalid_input
   */
  async introduce(client: { api: RestApi; renewToken(): Promise<void> }, name: string): Promise<void> {
    this.keep(await client.api.nameVisitor(name));
    await client.renewToken();
  }

  private async next(): Promise<string> {
    const { token } = this.fresh ?? (await this.begin());
    this.fresh = null;
    return token;
  }

  private keep(view: VisitView): void {
    this.fresh = view;
    this.given.value = view.user.name;
    try {
      this.storage?.setItem(KEY, view.renewal);
    } catch {
      // Full, or switched off: they are somebody new next time.
    }
  }
}

/** null where there is none, or the browser doesn't let pages have it. */
function browserStorage(): VisitorStorage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
