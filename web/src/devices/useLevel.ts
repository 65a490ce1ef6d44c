import { onScopeDispose, type Ref, ref, watch } from 'vue';

/** A level at or above this, dB, is somebody who speaks. */
const SPEAKS_DB = -45;
/** Below it, dB, a meter shows nothing. */
const FLOOR_DB = -60;
const EVERY_MS = 60;

/** How loud a stream is: `level` 0 .. 1 for meters, `decibel` (dBFS, root mean square), `speaking`. */
export function useLevel(stream: Readonly<Ref<MediaStream | null>>) {
  const level = ref(0);
  const decibel = ref(-Infinity);
  const speaking = ref(false);
  let context: AudioContext | null = null;
  let source: MediaStreamAudioSourceNode | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;

  function stop(): void {
    clearInterval(timer);
    source?.disconnect();
    source = null;
    level.value = 0;
    speaking.value = false;
  }

  function start(of: MediaStream): void {
    context ??= new AudioContext();
    source = context.createMediaStreamSource(of);
    const analyser = new AnalyserNode(context, { fftSize: 1024 });
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const mean = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const now = 10 * Math.log10(mean || 1e-10);
      decibel.value = now;
      level.value = Math.min(1, Math.max(0, 1 - now / FLOOR_DB));
      speaking.value = now >= SPEAKS_DB;
    }, EVERY_MS);
  }

  watch(
    () => stream.value?.getAudioTracks()[0],
    (track) => {
      stop();
      if (track) start(new MediaStream([track]));
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    stop();
    void context?.close();
  });
  return { level, decibel, speaking };
}
