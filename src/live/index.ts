export { MAX_SEATS } from './channel-defaults';
export { Channel, type ChannelKind, type HostVideo } from './channel.entity';
export { LayoutDto, MixOutputDto } from './layout.dto';
export {
  ChannelDeleted,
  ChannelMixingModeChanged,
  ChannelRelayChanged,
  ChannelSourceChanged,
  HostPublishChanged,
  MixPublishChanged,
} from './live.events';
export { LiveModule } from './live.module';
export { type ChannelRecord, LiveFacade } from './live.facade';
