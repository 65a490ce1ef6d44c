import { onScopeDispose, type Ref, shallowRef, watch } from 'vue';

/** From this level on, dB of full scale, somebody speaks. */
const SPEAKS_DB = -45;
const EVERY_MS = 100;
/** A pause between two words is no silence, ms. */
const HOLD_MS = 400;

interface Ear {
  source: MediaStreamAudioSourceNode;
  analyser: AnalyserNode;
  track: MediaStreamTrack;
  loudAt: number;
}

/** Who of these people speaks now, by what their streams carry. To be called in a component's setup. */
export function useSpeakers(
  streams: Readonly<Ref<ReadonlyMap<string, MediaStream>>>,
): Readonly<Ref<ReadonlySet<string>>> {
  const speaking = shallowRef<ReadonlySet<string>>(new Set());
  const ears = new Map<string, Ear>();
  const samples = new Float32Array(512);
  let context: AudioContext | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;

  function listen(userId: string, track: MediaStreamTrack): void {
    context ??= new AudioContext();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = new AnalyserNode(context, { fftSize: samples.length });
    source.connect(analyser);
    ears.set(userId, { source, analyser, track, loudAt: -Infinity });
  }

  function forget(userId: string): void {
    ears.get(userId)?.source.disconnect();
    ears.delete(userId);
  }

  function measure(): void {
    const now = performance.now();
    for (const ear of ears.values()) if (isLoud(ear.analyser)) ear.loudAt = now;
    const who = [...ears].filter(([, { loudAt }]) => now - loudAt < HOLD_MS).map(([userId]) => userId);
    if (who.join() !== [...speaking.value].join()) speaking.value = new Set(who);
  }

  function isLoud(analyser: AnalyserNode): boolean {
    analyser.getFloatTimeDomainData(samples);
    const mean = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    return 10 * Math.log10(mean || 1e-10) >= SPEAKS_DB;
  }

  watch(
    streams,
    (now) => {
      for (const [userId, { track }] of ears) {
        if (now.get(userId)?.getAudioTracks()[0] !== track) forget(userId);
      }
      for (const [userId, stream] of now) {
        const track = stream.getAudioTracks()[0];
        if (track && !ears.has(userId)) listen(userId, track);
      }
      clearInterval(timer);
      if (ears.size > 0) timer = setInterval(measure, EVERY_MS);
      else speaking.value = new Set();
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    clearInterval(timer);
    for (const userId of [...ears.keys()]) forget(userId);
    void context?.close();
  });
  return speaking;
}
