/**
 * Somebody in a call whose client was written from docs/mas-protocol.md alone, in plain Node: neither `sdk/` nor the
 * server's media plane is in it. `§` is a section of that document.
 */
import { ProtocolMedia } from './protocol-media';
import { type Access, ProtocolSession } from './protocol-session';

export interface ProtocolClientOptions {
  /** Address of the API. */
  api: string;
  conferenceId: string;
  /** Of the user, from the app's backend. */
  token: string;
  /** `#rrggbb` */
  color: string;
  /** Hz */
  tone: number;
  /** §6 */
  slotPairs?: number;
}

/** §2 */
const REFUSED = [403, 404, 409];
/** §10 */
const FINAL = ['removed', 'conference_ended', 'replaced'];
/** §11 */
const WAITS = { firstMs: 250, mostMs: 4000 };

export class ProtocolClient {
  state: 'connecting' | 'connected' | 'over' = 'connecting';
  /** Why it is over: a status of the API, or a code of the MAS. */
  reason: string | number | null = null;
  session: ProtocolSession | null = null;
  /** What the API has answered so far. */
  readonly accesses: Access[] = [];
  readonly undocumented: string[] = [];
  private readonly media: ProtocolMedia;
  private attempt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ProtocolClientOptions) {
    this.media = new ProtocolMedia(options.color, options.tone);
    void this.connect();
  }

  close(): void {
    this.session?.leave();
    this.stop();
  }

  /** §11 */
  private async connect(): Promise<void> {
    try {
      const { api, conferenceId, token, slotPairs = 8 } = this.options;
      const response = await fetch(`${api}/v1/conferences/${conferenceId}/members`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      });
      if (this.state === 'over') return;
      if (REFUSED.includes(response.status)) return this.stop(response.status);
      if (response.status !== 201) return this.later();
      const access = (await response.json()) as Access;
      this.accesses.push(access);
      this.session = new ProtocolSession({
        access,
        slotPairs,
        undocumented: this.undocumented,
        publish: (pc) => this.media.addTo(pc),
        onConnected: () => {
          this.attempt = 0;
          this.state = 'connected';
        },
        onEnded: (code) => (code !== null && FINAL.includes(code) ? this.stop(code) : this.later()),
      });
    } catch {
      this.later();
    }
  }

  private later(): void {
    if (this.state === 'over') return;
    this.state = 'connecting';
    const waitMs = Math.min(WAITS.mostMs, WAITS.firstMs * 2 ** this.attempt++);
    this.timer = setTimeout(() => void this.connect(), waitMs);
  }

  private stop(reason: string | number | null = null): void {
    clearTimeout(this.timer);
    if (this.state === 'over') return;
    this.state = 'over';
    this.reason = reason;
    this.media.close();
  }
}
