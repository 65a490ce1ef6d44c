import { onScopeDispose, shallowReactive } from 'vue';
import { api } from '../../app/lianmai';

/** Pictures of a channel, by id, as addresses within this page; those asked for are fetched. */
export function useChannelImages(channelId: string) {
  const urls = shallowReactive(new Map<string, string>());
  const asked = new Set<string>();
  let isOver = false;

  async function fetch(id: string): Promise<void> {
    asked.add(id);
    const picture = await api.getImage(channelId, id).catch(() => null);
    if (picture && !isOver) urls.set(id, URL.createObjectURL(picture));
  }
  onScopeDispose(() => {
    isOver = true;
    urls.forEach((url) => URL.revokeObjectURL(url));
  });
  /** undefined: none, or not there yet. */
  return (id: string | undefined): string | undefined => {
    if (id !== undefined && !asked.has(id)) void fetch(id);
    return id === undefined ? undefined : urls.get(id);
  };
}
