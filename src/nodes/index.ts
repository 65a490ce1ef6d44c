export {
  MediaChannelChanged,
  MediaMemberChanged,
  NodeLost,
  NodeReported,
  NodeRestarted,
} from './nodes.events';
export { NodesModule } from './nodes.module';
export { type MediaNodeRef, NodesFacade } from './nodes.facade';
