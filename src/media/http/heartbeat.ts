import type { WebSocket } from 'ws';

/** Ends a WebSocket whose other side is gone without a word. */
export class Heartbeat {
  private answered = true;

  constructor(private readonly socket: WebSocket) {
    socket.on('pong', () => (this.answered = true));
  }

  /** To be called every few seconds: who didn't answer the last ping is gone. */
  beat(): void {
    if (!this.answered) return this.socket.terminate();
    this.answered = false;
    if (this.socket.readyState === this.socket.OPEN) this.socket.ping();
  }
}
