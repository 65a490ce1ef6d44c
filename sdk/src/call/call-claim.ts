/**
 * Which tab of this browser goes on the air, when a user has several open: the one in which they asked or accepted. A
 * tab without that claim asks the others first, and leaves the call to one that answers.
 */
const ANSWER_MS = 400;

type Message = { type: 'who' | 'me'; key: string };

export class CallClaim {
  /** null: there are no other tabs where there is no such thing (React Native). */
  private readonly channel =
    typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('lianmai.call');
  private held = false;
  private readonly onAnswer = new Set<() => void>();

  /** @param key the same in all tabs that stand for the same user on the same live channel */
  constructor(private readonly key: string) {
    if (!this.channel) return;
    this.channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.key !== key) return;
      if (data.type === 'me') this.onAnswer.forEach((answered) => answered());
      else if (this.held) this.send('me');
    };
  }

  hold(): void {
    this.held = true;
  }

  drop(): void {
    this.held = false;
  }

  /** True: the call is this tab's, by its claim or because no other tab has one. Waits for at most ANSWER_MS. */
  async isMine(): Promise<boolean> {
    if (this.held || !this.channel) return true;
    return new Promise<boolean>((resolve) => {
      const settle = (mine: boolean) => {
        clearTimeout(timer);
        this.onAnswer.delete(answered);
        resolve(mine);
      };
      const answered = () => settle(false);
      const timer = setTimeout(() => settle(true), ANSWER_MS);
      this.onAnswer.add(answered);
      this.send('who');
    });
  }

  close(): void {
    this.channel?.close();
  }

  private send(type: Message['type']): void {
    this.channel?.postMessage({ type, key: this.key } satisfies Message);
  }
}
