/** Who is heard in the call now, and who the loudest is. */
import { useIntervalFn } from '@vueuse/core';
import { onScopeDispose, type Ref, shallowRef, watch } from 'vue';
import { LoudestOf, levelOf } from './loudest';

const EVERY_MS = 100;
/** dBFS from which on somebody speaks. */
const SPEAKS_DB = -45;

interface Voice {
  track: MediaStreamTrack;
  source: MediaStreamAudioSourceNode;
  analyser: AnalyserNode;
}

/** @param streams by user */
export function useVoices(streams: Readonly<Ref<ReadonlyMap<string, MediaStream>>>) {
  const speaking = shallowRef<ReadonlySet<string>>(new Set());
  const loudest = shallowRef<string | null>(null);
  const voices = new Map<string, Voice>();
  const samples = new Float32Array(1024);
  const picker = new LoudestOf();
  let context: AudioContext | null = null;

  function listen(userId: string, track: MediaStreamTrack): void {
    context ??= new AudioContext();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const analyser = new AnalyserNode(context, { fftSize: samples.length });
    source.connect(analyser);
    voices.set(userId, { track, source, analyser });
  }
  function drop(userId: string): void {
    voices.get(userId)?.source.disconnect();
    voices.delete(userId);
  }

  watch(
    streams,
    (now) => {
      for (const [userId, { track }] of voices)
        if (now.get(userId)?.getAudioTracks()[0] !== track) drop(userId);
      for (const [userId, stream] of now) {
        const [track] = stream.getAudioTracks();
        if (track && !voices.has(userId)) listen(userId, track);
      }
    },
    { immediate: true },
  );
  useIntervalFn(() => {
    const levels = [...voices].map(([userId, { analyser }]): [string, number] => {
      analyser.getFloatTimeDomainData(samples);
      return [userId, levelOf(samples)];
    });
    const heard = levels.filter(([, decibel]) => decibel >= SPEAKS_DB);
    const isSame =
      heard.length === speaking.value.size && heard.every(([userId]) => speaking.value.has(userId));
    if (!isSame) speaking.value = new Set(heard.map(([userId]) => userId));
    loudest.value = picker.next(heard, performance.now());
  }, EVERY_MS);
  onScopeDispose(() => {
    for (const userId of [...voices.keys()]) drop(userId);
    void context?.close();
  });
  return { speaking, loudest };
}
