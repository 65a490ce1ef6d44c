import { type Ref, ref, watch } from 'vue';
import type { ChannelSource, CoHostView } from '../contracts';
import { useIm } from './useIm';

/** What the host's encoder has to do now: `stop` when the mix has taken over, `resume` when the channel goes back. */
export function usePushNote(
  channelId: string,
  source: Readonly<Ref<ChannelSource>>,
  active: Readonly<Ref<CoHostView | null>>,
) {
  const im = useIm();
  const note = ref<'stop' | 'resume' | null>(null);

  im.on('live:stop-push', (event) => {
    if (event.channelId === channelId && event.role === 'host') note.value = 'stop';
  });
  im.on('live:resume-push', (event) => {
    if (event.channelId === channelId) note.value = 'resume';
  });
  watch(source, (now) => {
    if (now === 'host' && note.value === 'resume') note.value = null;
  });
  watch(active, (now) => {
    if (!now && note.value === 'stop') note.value = null;
  });

  return { note, dismiss: () => void (note.value = null) };
}
