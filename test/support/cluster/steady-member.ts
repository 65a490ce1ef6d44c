import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type { JoinView } from '../../../src/contracts';
import { SyntheticPerson } from '../../../src/demo/synthetic/synthetic-person';

const RETRY_MS = 200;
const CAMERA = { picture: 'testsrc2', width: 320, height: 180, fps: 15, gop: 30, bitrate: 200_000 } as const;

export interface SteadyMemberOptions {
  conferenceId: string;
  token: string;
  /** Of the APIs, for signals. */
  urls: string[];
  /** Asks to join; null where nobody can be asked now. */
  join(): Promise<JoinView | null>;
}

/** A member of a call who comes back by themselves, as the pages do: after a lost connection, and when the call has moved. */
export class SteadyMember {
  joins = 0;
  /** Signalling of the call they are in. */
  url = '';
  private person: SyntheticPerson | null = null;
  private readonly sockets: Socket[];
  private stopped = false;
  /** Ends the wait in the call. */
  private leave: () => void = () => undefined;
  private readonly staying: Promise<void>;

  constructor(private readonly options: SteadyMemberOptions) {
    const { urls, token, conferenceId } = options;
    this.sockets = urls.map((url) => io(url, { auth: { token }, transports: ['websocket'], forceNew: true }));
    for (const socket of this.sockets) {
      socket.on('conference:moved', (moved: { conferenceId: string }) => {
        if (moved.conferenceId === conferenceId) this.leave();
      });
    }
    this.staying = this.stay();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.sockets.forEach((socket) => socket.close());
    this.leave();
    await this.staying;
  }

  private async stay(): Promise<void> {
    while (!this.stopped) {
      const left = new Promise<void>((resolve) => (this.leave = resolve));
      this.person = await this.enter(() => this.leave());
      if (this.person) await left;
      else await delay(RETRY_MS);
      await this.person?.close();
    }
  }

  private async enter(onClosed: () => void): Promise<SyntheticPerson | null> {
    try {
      const view = await this.options.join();
      if (!view) return null;
      this.joins++;
      this.url = view.mas.url;
      return await SyntheticPerson.join(view.mas, CAMERA, 600, onClosed);
    } catch {
      return null;
    }
  }
}
