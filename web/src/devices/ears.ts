import { levelOf } from './loudness';

interface Ear {
  track: MediaStreamTrack;
  source: MediaStreamAudioSourceNode;
  analyser: AnalyserNode;
}

/** Listens to what streams carry, without playing it. Owned by who made it. */
export class Ears {
  private readonly ears = new Map<string, Ear>();
  private readonly samples = new Float32Array(1024);
  private context: AudioContext | null = null;

  /** These from now on, by name, and no others. */
  follow(streams: ReadonlyMap<string, MediaStream>): void {
    for (const [name, { track }] of this.ears)
      if (streams.get(name)?.getAudioTracks()[0] !== track) this.drop(name);
    for (const [name, stream] of streams) {
      const [track] = stream.getAudioTracks();
      if (track && !this.ears.has(name)) this.listen(name, track);
    }
  }

  /** How loud each is now, dBFS; who has no sound is left out. */
  levels(): [name: string, decibel: number][] {
    return [...this.ears].map(([name, { analyser }]) => {
      analyser.getFloatTimeDomainData(this.samples);
      return [name, levelOf(this.samples)];
    });
  }

  close(): void {
    for (const name of [...this.ears.keys()]) this.drop(name);
    void this.context?.close();
  }

  private listen(name: string, track: MediaStreamTrack): void {
    this.context ??= new AudioContext();
    const source = this.context.createMediaStreamSource(new MediaStream([track]));
    const analyser = new AnalyserNode(this.context, { fftSize: this.samples.length });
    source.connect(analyser);
    this.ears.set(name, { track, source, analyser });
  }

  private drop(name: string): void {
    this.ears.get(name)?.source.disconnect();
    this.ears.delete(name);
  }
}
