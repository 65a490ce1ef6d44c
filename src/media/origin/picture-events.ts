import type { EventStreamMessage } from '../../contracts';
import { joinAvcc } from '../codec/h264/h264';
import { streamMessageNal, type VideoUnit } from '../stream';

/** Events that may wait for a picture; the oldest give way. */
const MAX_WAITING = 32;
/** Ids that are remembered, so that an event which control sends again comes once. */
const MAX_KNOWN = 256;

/** Events of a channel on their way into the next picture that viewers get. */
export class PictureEvents {
  private waiting: Buffer[] = [];
  private readonly known = new Set<string>();

  /** One that has come before is left out. */
  add(event: EventStreamMessage): void {
    if (this.known.has(event.id)) return;
    this.known.add(event.id);
    for (const id of this.known) {
      if (this.known.size <= MAX_KNOWN) break;
      this.known.delete(id);
    }
    this.waiting.push(streamMessageNal(event));
    if (this.waiting.length > MAX_WAITING) this.waiting.shift();
  }

  /** Nothing that waits is for the pictures of a later broadcast. */
  clear(): void {
    this.waiting = [];
  }

  /** The picture with what has waited for it. */
  into(picture: VideoUnit): VideoUnit {
    if (this.waiting.length === 0) return picture;
    const data = Buffer.concat([joinAvcc(this.waiting), picture.data]);
    this.waiting = [];
    return { ...picture, data };
  }
}
