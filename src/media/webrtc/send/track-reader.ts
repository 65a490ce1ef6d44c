/** One outgoing stream and the track it carries, in the layer that suits the reader. */
import type { Publication } from '../receive/publication';
import type { PublishedTrack } from '../receive/published-track';
import type { StreamWriter } from './stream-writer';

export class TrackReader {
  private wanted = Infinity;
  private affordable = Infinity;
  private current: PublishedTrack | null = null;

  constructor(readonly writer: StreamWriter) {}

  get track(): PublishedTrack | null {
    return this.current;
  }

  /** Sends another track, from its next keyframe on, or nothing. */
  attach(track: PublishedTrack | null): void {
    if (track === this.current) return;
    this.current = track;
    this.writer.attach(track && this.layer(track));
  }

  /** What the reader shows, pixels of height; Infinity: all there is. */
  want(height: number): void {
    this.wanted = height;
  }

  get wantedHeight(): number {
    return this.wanted;
  }

  /** What bandwidth allows, pixels of height. */
  afford(height: number): void {
    this.affordable = height;
  }

  /** What the reader would get if bandwidth didn't matter. */
  get desired(): Publication | null {
    return this.current && this.current.choose(this.wanted);
  }

  /** To be called often: goes over to another layer when that suits better now. */
  select(): void {
    if (this.current?.simulcast) this.writer.switchTo(this.layer(this.current));
  }

  private layer(track: PublishedTrack): Publication {
    return track.choose(Math.min(this.wanted, this.affordable));
  }
}
