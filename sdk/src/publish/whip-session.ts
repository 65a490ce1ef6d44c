import { h264Only, preferCodecs } from '../call/video-codecs';
import type { Platform } from '../platform';

export interface WhipAddress {
  url: string;
  token: string;
}

/** The server's answer to a request that it refused. */
export class WhipRefused extends Error {
  constructor(
    readonly status: number,
    /** Stable code of its problem details, '' for none. */
    readonly code: string,
  ) {
    super(`${status} ${code}`);
  }
}

/** The server has this long to say why a session ended, ms. */
const GOODBYE_MS = 1000;
/** From the request until media flows, ms. */
const CONNECT_MS = 15_000;
/** Candidates found within this time travel together, ms. */
const TRICKLE_MS = 50;

/** One WHIP session (RFC 9725): one offer, one peer connection, one resource. */
export class WhipSession {
  readonly pc: RTCPeerConnection;
  private readonly abort = new AbortController();
  private resource: string | null = null;
  private etag: string | null = null;
  private candidates: string[] = [];
  private trickle: ReturnType<typeof setTimeout> | null = null;
  private deadline: ReturnType<typeof setTimeout>;
  private over = false;

  constructor(
    private readonly address: WhipAddress,
    private readonly platform: Platform,
    private readonly media: MediaStream,
    /** bit/s of the picture */
    private maxBitrate: number,
    private readonly onConnected: () => void,
    /** Once, unless closed before. With what was thrown where the session never began. */
    private readonly onLost: (error: unknown) => void,
  ) {
    this.pc = new platform.RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    this.deadline = setTimeout(() => this.lose(new Error('not connected in time')), CONNECT_MS);
    this.pc.onconnectionstatechange = () => this.watch();
    this.pc.onicecandidate = ({ candidate }) => this.found(candidate);
    this.open().catch((error: unknown) => this.lose(error));
  }

  /** @param maxBitrate bit/s of the picture */
  async limit(maxBitrate: number): Promise<void> {
    this.maxBitrate = maxBitrate;
    const sender = this.pc.getSenders().find(({ track }) => track?.kind === 'video');
    const parameters = sender?.getParameters();
    for (const encoding of parameters?.encodings ?? []) encoding.maxBitrate = maxBitrate;
    if (sender && parameters) await sender.setParameters(parameters);
  }

  /** Sends another track of the same kind instead. */
  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    const sender = this.pc.getSenders().find((each) => each.track?.kind === track.kind);
    await sender?.replaceTrack(track);
  }

  /**
   * Ends the session, here and at the server. Idempotent.
   * @returns the code by which the server says that it had ended the session itself, or null
   */
  async close(): Promise<string | null> {
    this.release();
    const { resource } = this;
    if (!resource) return null;
    this.resource = null;
    try {
      // Reaches the server even when the page is just being left.
      const signal = AbortSignal.timeout(GOODBYE_MS);
      const response = await this.platform.fetch(resource, { method: 'DELETE', keepalive: true, signal });
      const { code } = (await response.json().catch(() => ({}))) as { code?: unknown };
      return response.ok && typeof code === 'string' ? code : null;
    } catch {
      return null; // it will notice
    }
  }

  private async open(): Promise<void> {
    for (const track of this.media.getTracks()) this.add(track);
    await this.pc.setLocalDescription();
    const response = await this.platform.fetch(this.address.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.address.token}`, 'content-type': 'application/sdp' },
      body: this.pc.localDescription?.sdp ?? '',
      signal: this.abort.signal,
    });
    if (response.status !== 201) throw await refusal(response);
    const location = response.headers.get('location');
    this.resource = location === null ? null : new URL(location, this.address.url).href;
    this.etag = response.headers.get('etag');
    const sdp = await response.text();
    if (this.over) return void (await this.close());
    await this.pc.setRemoteDescription({ type: 'answer', sdp });
    this.watchTransport();
    this.scheduleTrickle();
  }

  private add(track: MediaStreamTrack): void {
    const transceiver = this.pc.addTransceiver(track, {
      direction: 'sendonly',
      streams: [this.media],
      ...(track.kind === 'video' ? { sendEncodings: [{ maxBitrate: this.maxBitrate }] } : {}),
    });
    if (track.kind !== 'video') return;
    // Where a browser has none, the server's answer says so.
    preferCodecs(transceiver, this.platform, h264Only);
  }

  private watch(): void {
    if (this.over) return;
    const state = this.pc.connectionState;
    if (state === 'connected') {
      clearTimeout(this.deadline);
      this.onConnected();
    }
    // `failed` comes 10 s after `disconnected`, and a device that has changed its network never gets the old way back.
    if (state === 'disconnected' || state === 'failed' || state === 'closed') this.lose(new Error(state));
  }

  /** The server's goodbye shows here at once; the connection's own state tells only after a while without packets. */
  private watchTransport(): void {
    const transport = this.pc.getSenders()[0]?.transport;
    if (!transport) return;
    transport.onstatechange = () => {
      if (transport.state === 'closed' || transport.state === 'failed') this.lose(new Error(transport.state));
    };
  }

  private found(candidate: RTCIceCandidate | null): void {
    if (!candidate?.candidate) return;
    this.candidates.push(candidate.candidate);
    this.scheduleTrickle();
  }

  /** Candidates that the offer didn't have yet (RFC 9725 §4.3.2). */
  private scheduleTrickle(): void {
    if (this.trickle || this.over || !this.resource || this.candidates.length === 0) return;
    this.trickle = setTimeout(() => {
      this.trickle = null;
      // Without them the server finds us by our own checks.
      this.patch(this.candidates.splice(0)).catch(() => undefined);
    }, TRICKLE_MS);
  }

  private async patch(candidates: string[]): Promise<Response | null> {
    if (!this.resource || this.over) return null;
    return this.platform.fetch(this.resource, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/trickle-ice-sdpfrag',
        ...(this.etag ? { 'if-match': this.etag } : {}),
      },
      body: this.fragment(candidates),
      signal: this.abort.signal,
    });
  }

  /** RFC 8840 §9: all is bundled at the first m-line. */
  private fragment(candidates: string[]): string {
    const lines = (this.pc.localDescription?.sdp ?? '').split('\r\n');
    const of = (prefix: string) => lines.filter((line) => line.startsWith(prefix)).slice(0, 1);
    return [
      ...['a=ice-ufrag:', 'a=ice-pwd:', 'm=', 'a=mid:'].flatMap(of),
      ...candidates.map((candidate) => `a=${candidate}`),
      '',
    ].join('\r\n');
  }

  private lose(error: unknown): void {
    if (this.over) return;
    this.release();
    this.onLost(error);
  }

  private release(): void {
    this.over = true;
    clearTimeout(this.deadline);
    if (this.trickle) clearTimeout(this.trickle);
    this.abort.abort();
    this.pc.close();
  }
}

async function refusal(response: Response): Promise<WhipRefused> {
  const problem = (await response.json().catch(() => null)) as { code?: unknown } | null;
  return new WhipRefused(response.status, typeof problem?.code === 'string' ? problem.code : '');
}
