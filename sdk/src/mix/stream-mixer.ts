/** Client mixing in the browser: the members of a co-hosting (in a PK of both) as one stream, like the server's mix. */
import type { CoHostMixView, MixOutput, WantedPicture } from '../contracts';
import type { Mixer } from '../publish/mixer';
import type { PictureLoader } from './mix-pictures';
import { pictureSink, type PictureSink } from './picture-sink';
import { PictureMix } from './picture-mix';
import { SoundMix } from './sound-mix';

type PictureOutput = Pick<MixOutput, 'width' | 'height' | 'fps' | 'video'>;

/** What is drawn, and where it goes to. */
interface Picture {
  mix: PictureMix;
  sink: PictureSink;
  clock: Worker;
}

export class StreamMixer implements Mixer {
  readonly stream: MediaStream;
  private readonly picture: Picture | null;
  private readonly sound = new SoundMix();

  /** @param load gets the pictures that layouts name */
  constructor(output: PictureOutput, load: PictureLoader) {
    this.picture = output.video === false ? null : openPicture(output, load);
    this.stream = new MediaStream([...(this.picture ? [this.picture.sink.track] : []), this.sound.track]);
    this.setRate(output);
  }

  get pictures(): WantedPicture[] {
    return this.picture?.mix.pictures ?? [];
  }

  reshape(output: PictureOutput): void {
    this.picture?.mix.resize(output);
    this.setRate(output);
  }

  show(
    { layout, seats }: CoHostMixView,
    streams: ReadonlyMap<string, MediaStream>,
    screens: ReadonlyMap<string, MediaStream>,
  ): void {
    this.picture?.mix.arrange(layout, seats, { camera: streams, screen: screens });
    const gains = new Map(seats.map(({ userId, audio, gain }) => [userId, audio ? gain : 0]));
    this.sound.arrange(streams, (userId) => gains.get(userId) ?? 0);
  }

  close(): void {
    this.picture?.clock.terminate();
    this.picture?.sink.close();
    this.picture?.mix.close();
    this.sound.close();
  }

  private setRate({ fps }: PictureOutput): void {
    this.picture?.clock.postMessage({ periodMs: 1000 / fps });
  }
}

function openPicture(output: PictureOutput, load: PictureLoader): Picture {
  const mix = new PictureMix(output, load);
  const sink = pictureSink(mix.canvas);
  const clock = new Worker(new URL('./clock.worker.ts', import.meta.url), { type: 'module' });
  clock.onmessage = () => {
    mix.draw();
    sink.push();
  };
  return { mix, sink, clock };
}
