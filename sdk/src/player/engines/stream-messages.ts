import type { StreamMessage } from '../../contracts';

/** Of user data unregistered SEI (ITU-T H.264, D.1.7) that is ours. */
const UUID = '4c69616e6d614973a5737472656d6d73';
/** Waiting for their pictures at once. */
const MOST = 100;

/** What mpegts.js tells of an SEI message. */
export interface SeiMessage {
  uuid?: Uint8Array;
  user_data?: Uint8Array;
}

/** What a stream says in this SEI message; null: it isn't ours, or can't be read. */
export function streamMessageOf({ uuid, user_data: data }: SeiMessage): StreamMessage | null {
  if (!uuid || !data) return null;
  const id = [...uuid].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (id !== UUID) return null;
  try {
    const message = JSON.parse(new TextDecoder().decode(data)) as StreamMessage | null;
    return typeof message?.type === 'string' ? message : null;
  } catch {
    return null;
  }
}

/** Tells messages when their pictures come to the screen, not when they come to the device. */
export class MessageLine {
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(private readonly told: (message: StreamMessage) => void) {}

  /** @param inMs until its picture is shown */
  take(sei: SeiMessage, inMs: number): void {
    const message = streamMessageOf(sei);
    if (!message || this.timers.size >= MOST) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.told(message);
    }, inMs);
    this.timers.add(timer);
  }

  /** What waits is told no more. */
  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }
}
