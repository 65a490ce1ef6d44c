/** The sound of a mix: everybody's microphone by their gain, with a limiter against too much at once, and no ducking. */
const SAMPLE_RATE = 48_000;
/** Another gain is reached without a click, s (time constant). */
const GAIN_STEP_S = 0.007;
const LIMITER = { threshold: -6, knee: 0, ratio: 20, attack: 0.003, release: 0.1 };

interface Voice {
  track: MediaStreamTrack;
  source: MediaStreamAudioSourceNode;
  gain: GainNode;
}

export class SoundMix {
  private readonly context = new AudioContext({ sampleRate: SAMPLE_RATE });
  private readonly limiter = new DynamicsCompressorNode(this.context, LIMITER);
  private readonly out = new MediaStreamAudioDestinationNode(this.context);
  private readonly voices = new Map<string, Voice>();
  /** Browsers hold back the sound of a page that nobody has touched. */
  private readonly resume = () => void this.context.resume();

  constructor() {
    this.limiter.connect(this.out);
    this.resume();
    addEventListener('pointerdown', this.resume);
  }

  get track(): MediaStreamTrack {
    const [track] = this.out.stream.getAudioTracks();
    if (!track) throw new Error('this browser mixes no sound');
    return track;
  }

  /** @param gainOf a user: what their sound is multiplied by; 0: they may not be heard */
  arrange(streams: ReadonlyMap<string, MediaStream>, gainOf: (userId: string) => number): void {
    for (const userId of this.voices.keys()) if (!streams.has(userId)) this.drop(userId);
    for (const [userId, stream] of streams) {
      const [track] = stream.getAudioTracks();
      if (this.voices.get(userId)?.track !== track) {
        this.drop(userId);
        if (track) this.add(userId, track);
      }
      const gain = this.voices.get(userId)?.gain.gain;
      gain?.setTargetAtTime(gainOf(userId), this.context.currentTime, GAIN_STEP_S);
    }
  }

  close(): void {
    removeEventListener('pointerdown', this.resume);
    for (const userId of [...this.voices.keys()]) this.drop(userId);
    void this.context.close();
  }

  private add(userId: string, track: MediaStreamTrack): void {
    const source = this.context.createMediaStreamSource(new MediaStream([track]));
    const gain = new GainNode(this.context, { gain: 0 });
    source.connect(gain).connect(this.limiter);
    this.voices.set(userId, { track, source, gain });
  }

  private drop(userId: string): void {
    const voice = this.voices.get(userId);
    voice?.source.disconnect();
    voice?.gain.disconnect();
    this.voices.delete(userId);
  }
}
