export {
  MediaChannelChanged,
  MediaMemberChanged,
  NodeLost,
  NodeReported,
  NodeRestarted,
} from './nodes.events';
export { NodesModule } from './nodes.module';
export { type MediaNodeRef, NodesService } from './nodes.service';
