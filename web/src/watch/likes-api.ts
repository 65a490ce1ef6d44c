import type { Lianmai } from '@lianmai/client';
import type { ChannelView } from '../contracts';

/** Likes as the server has them. */
export const likesApi = {
  of: (channel: ChannelView) => (channel as ChannelView & { likes?: number }).likes,
  send: ({ im }: Lianmai, channelId: string, count: number): Promise<unknown> =>
    im.ask('live:like' as never, { channelId, count } as never),
  onTotal: ({ im }: Lianmai, told: (event: { channelId: string; likes: number }) => void) =>
    im.on('live:likes' as never, told as never),
};
