/**
 * Publishes a stream of this device to a channel by WHIP (RFC 9725), and reconnects by itself.
 */
import { type Platform, platformOf } from '../platform';
import { MEDIA_BACKOFF, Retry } from '../util/retry';
import { TypedEmitter } from '../util/typed-emitter';
import { WhipRefused, WhipSession, type WhipAddress } from './whip-session';

export type { WhipAddress } from './whip-session';

export type WhipState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'closed';

export interface WhipClientEvents {
  /**
   * With `closed`: why the server ended it (`publisher_superseded`, `publisher_disconnected`, `codec_unsupported` …),
   * null when the page closed it. With `reconnecting`: the refusal's code, if it was one.
   */
  state: { state: WhipState; code: string | null };
}

export interface WhipClientOptions {
  /** Fetches an address and a fresh token; called for every attempt. What it throws counts as a lost connection. */
  getAddress(): Promise<WhipAddress>;
  /** bit/s of the picture; default 2,500,000. */
  maxVideoBitrate?: number;
  /** Default: the globals. */
  platform?: Platform;
}

const MAX_VIDEO_BITRATE = 2_500_000;
/** Refusals that another try wouldn't change. */
const FINAL_STATUS = [400, 405, 413, 415, 422];

export class WhipClient extends TypedEmitter<WhipClientEvents> {
  private session: WhipSession | null = null;
  private media: MediaStream | null = null;
  /** Rises with each attempt: an address that comes for an older one is of no use. */
  private attempt = 0;
  private current: WhipState = 'idle';
  private readonly retry = new Retry(MEDIA_BACKOFF);
  private maxVideoBitrate: number;
  private readonly onPageHide = () => void this.close();

  constructor(private readonly options: WhipClientOptions) {
    super();
    this.maxVideoBitrate = options.maxVideoBitrate ?? MAX_VIDEO_BITRATE;
  }

  /** Of this session and those to come. @param maxVideoBitrate bit/s */
  limit(maxVideoBitrate: number): void {
    this.maxVideoBitrate = maxVideoBitrate;
    // A connection that is just ending takes no parameters; the next one has them.
    this.session?.limit(maxVideoBitrate).catch(() => undefined);
  }

  get state(): WhipState {
    return this.current;
  }

  /** The present peer connection, for statistics. */
  get connection(): RTCPeerConnection | null {
    return this.session?.pc ?? null;
  }

  /** Begins to publish; `state` events tell how it goes. Does nothing while it publishes already. */
  publish(media: MediaStream): void {
    if (this.current !== 'idle' && this.current !== 'closed') return;
    this.media = media;
    this.retry.reset();
    globalThis.addEventListener?.('pagehide', this.onPageHide);
    this.setState('connecting');
    void this.open();
  }

  /** Another device of the same kind, without a gap in the other kind; now and after every reconnect. */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    if (!this.media) return;
    const kept = this.media.getTracks().filter(({ kind }) => kind !== track.kind);
    this.media = new (this.options.platform ?? platformOf()).MediaStream([...kept, track]);
    await this.session?.replaceTrack(track);
  }

  /** At another address from now on: the present connection may stand, and lead nowhere. */
  reconnect(): void {
    if (this.current === 'idle' || this.current === 'closed') return;
    const { session } = this;
    this.session = null;
    this.attempt++;
    void session?.close();
    this.retry.reset();
    this.again(null);
  }

  /** Ends the session at the server too; the tracks are the caller's. Idempotent. */
  async close(): Promise<void> {
    const { session } = this;
    this.end(null);
    await session?.close();
  }

  private async open(): Promise<void> {
    const { media } = this;
    const mine = ++this.attempt;
    const address = await this.options.getAddress().catch(() => null);
    if (!media || mine !== this.attempt || this.current === 'closed') return;
    if (!address) return this.again(null);
    const session = new WhipSession(
      address,
      this.options.platform ?? platformOf(),
      this.media ?? media,
      this.maxVideoBitrate,
      () => {
        this.retry.reset();
        this.setState('live');
      },
      (error) => void this.onLost(session, error),
    );
    this.session = session;
  }

  private async onLost(session: WhipSession, error: unknown): Promise<void> {
    if (this.session !== session) return;
    this.session = null;
    if (error instanceof WhipRefused && FINAL_STATUS.includes(error.status)) return this.end(error.code);
    const code = await session.close();
    // Reconnected elsewhere meanwhile.
    if (this.session) return;
    if (code) this.end(code);
    else this.again(error instanceof WhipRefused ? error.code : null);
  }

  private again(code: string | null): void {
    if (this.current === 'closed' || this.retry.isWaiting) return;
    this.setState('reconnecting', code);
    this.retry.later(() => void this.open());
  }

  private end(code: string | null): void {
    if (this.current === 'closed' || this.current === 'idle') return;
    this.retry.cancel();
    this.session = null;
    globalThis.removeEventListener?.('pagehide', this.onPageHide);
    this.setState('closed', code);
  }

  private setState(state: WhipState, code: string | null = null): void {
    this.current = state;
    this.emit('state', { state, code });
  }
}
