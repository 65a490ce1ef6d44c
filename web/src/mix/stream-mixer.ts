/** Client mixing in the browser: the members of a co-hosting (in a PK of both) as one stream, like the server's mix. */
import type { CoHostMixView, MixOutput } from '../contracts';
import { pictureSink, type PictureSink } from './picture-sink';
import { PictureMix } from './picture-mix';
import { SoundMix } from './sound-mix';

type PictureOutput = Pick<MixOutput, 'width' | 'height' | 'fps'>;

export class StreamMixer {
  /** One picture and one sound track. */
  readonly stream: MediaStream;
  private readonly picture: PictureMix;
  private readonly sound = new SoundMix();
  private readonly sink: PictureSink;
  private readonly clock = new Worker(new URL('./clock.worker.ts', import.meta.url), { type: 'module' });

  constructor(output: PictureOutput) {
    this.picture = new PictureMix(output);
    this.sink = pictureSink(this.picture.canvas);
    this.stream = new MediaStream([this.sink.track, this.sound.track]);
    this.clock.onmessage = () => {
      this.picture.draw();
      this.sink.push();
    };
    this.setRate(output);
  }

  /** How high each member's picture is drawn, pixels. */
  get heights(): ReadonlyMap<string, number> {
    return this.picture.heights;
  }

  /** Another size and rate, in the same tracks; call `show` afterwards. */
  reshape(output: PictureOutput): void {
    this.picture.resize(output);
    this.setRate(output);
  }

  /** @param streams what each member sends, by user */
  show({ layout, seats }: CoHostMixView, streams: ReadonlyMap<string, MediaStream>): void {
    this.picture.arrange(layout, seats, streams);
    const gains = new Map(seats.map(({ userId, audio, gain }) => [userId, audio ? gain : 0]));
    this.sound.arrange(streams, (userId) => gains.get(userId) ?? 0);
  }

  /** The members' tracks are the caller's. */
  close(): void {
    this.clock.terminate();
    this.sink.close();
    this.picture.close();
    this.sound.close();
  }

  private setRate({ fps }: PictureOutput): void {
    this.clock.postMessage({ periodMs: 1000 / fps });
  }
}
