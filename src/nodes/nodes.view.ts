import type { NodeLoadView, NodeView } from '../contracts';
import type { MediaNode } from './media-node.entity';
import { SILENCE_MS } from './node-loss';

export function nodeView(node: MediaNode): NodeView {
  const { id, mediaUrl, rtmpUrl, conferences, channels, viewers, lastSeenAt } = node;
  const alive = node.alive && Date.now() - lastSeenAt.getTime() < SILENCE_MS;
  return {
    id,
    mediaUrl,
    rtmpUrl,
    alive,
    conferences,
    channels,
    viewers,
    lastSeenAt: lastSeenAt.toISOString(),
  };
}

/** What is said of a lost node is of before. */
export function nodeLoadView(node: MediaNode): NodeLoadView {
  return { ...nodeView(node), load: Math.round(node.load * 1000) / 1000 };
}
