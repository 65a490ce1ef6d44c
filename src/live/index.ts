export { MAX_SEATS } from './channel-defaults';
export { LayoutDto, MixOutputDto, MixPatchDto } from './layout.dto';
export {
  ChannelDeleted,
  ChannelMixingModeChanged,
  ChannelRelayChanged,
  ChannelSourceChanged,
  HostPublishChanged,
  MixPublishChanged,
  PushAddressLost,
} from './live.events';
export { requireOutputWithin } from './output-limits';
export { LiveModule } from './live.module';
export { type ChannelRecord, LiveFacade } from './live.facade';
