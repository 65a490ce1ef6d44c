import { onMounted, ref, watch } from 'vue';
import { api } from '../../app/lianmai';
import { useIm } from '../../app/useIm';
import type { PushUrlView } from '../../contracts';
import { useAction } from '../../ui/useAction';
import { useStudio } from '../studio-store';

/** Where the host's encoder pushes to, kept good. */
export function usePushUrl() {
  const { channelId, pushNote } = useStudio();
  const push = ref<PushUrlView | null>(null);
  const { busy, error, run } = useAction();
  const fetchKey = () => run(async () => void (push.value = await api.pushUrl(channelId)));
  onMounted(fetchKey);
  /** The one before is good no more. */
  const renew = () =>
    run(async () => {
      await api.revokePushUrls(channelId);
      push.value = await api.pushUrl(channelId);
    });

  const im = useIm();
  // The node that it led to is lost.
  im.on('live:push-url-changed', (event) => {
    if (event.channelId === channelId) push.value = event.push;
  });
  im.on('live:push-revoked', (event) => event.channelId === channelId && void fetchKey());
  im.on('live:suspension', (event) => event.channelId === channelId && void fetchKey());
  // The address from before the co-hosting can't take the channel back.
  watch(pushNote.note, (note) => note === 'resume' && void fetchKey());
  return { push, busy, error, renew };
}
