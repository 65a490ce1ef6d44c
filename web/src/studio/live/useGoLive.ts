import { useStudio } from '../studio-store';

/** Going live from this browser; the devices are checked first, and an encoder that pushes isn't sent away unasked. */
export function useGoLive() {
  const { push, preflight, refresh } = useStudio();
  return async () => {
    await refresh();
    await preflight.before({
      kind: 'live',
      go: (media) => {
        if (media) push.publish(media);
        return Promise.resolve();
      },
    });
  };
}
