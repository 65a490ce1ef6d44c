import type { ChannelSnapshot } from '../../media/contract';
import { MediaChannelChanged, type NodeNews, NodeReported, NodeRestarted } from '../../nodes';

export interface ChannelNews {
  /** By channel, in order; null: the node doesn't carry it. */
  states: Map<string, (ChannelSnapshot | null)[]>;
  /** The node has said all that it carries: what isn't named is not there. */
  whole: boolean;
}

/** What is told of the channels of one node. */
export function channelNewsOf(news: readonly NodeNews[]): ChannelNews {
  const states: ChannelNews['states'] = new Map();
  const add = (channelId: string, state: ChannelSnapshot | null) =>
    states.set(channelId, [...(states.get(channelId) ?? []), state]);
  let whole = false;
  const takeAll = (channels: ChannelSnapshot[]) => {
    const named = new Set(channels.map(({ channelId }) => channelId));
    for (const channelId of states.keys()) if (!named.has(channelId)) add(channelId, null);
    for (const channel of channels) add(channel.channelId, channel);
    whole = true;
  };
  for (const one of news) {
    if (one instanceof MediaChannelChanged) add(one.channel.channelId, one.channel);
    if (one instanceof NodeReported) takeAll(one.snapshot.channels);
    // It carries nothing yet.
    if (one instanceof NodeRestarted) takeAll([]);
  }
  return { states, whole };
}
