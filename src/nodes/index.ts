export {
  MediaChannelChanged,
  MediaMemberChanged,
  NodeLost,
  type NodeNews,
  NodeReported,
  NodeRestarted,
} from './nodes.events';
export { type Call, NodeFeed } from './node-feed';
export type { Keyframe } from './node-control';
export { NodesModule } from './nodes.module';
export { type MediaNodeRef, NodesFacade } from './nodes.facade';
