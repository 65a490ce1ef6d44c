export { MAX_SEATS } from './channel-defaults';
export { LayoutDto, MixOutputDto, MixPatchDto } from './layout.dto';
export {
  ChannelDeleted,
  ChannelMixingModeChanged,
  ChannelMoved,
  ChannelRelayChanged,
  ChannelSourceChanged,
  HostPublishChanged,
  MixPublishChanged,
  PushAddressLost,
} from './live.events';
export { LiveModule } from './live.module';
export { type ChannelRecord, LiveFacade } from './live.facade';
