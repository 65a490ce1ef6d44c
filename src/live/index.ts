export { CHANNEL_DEFAULTS, MAX_SEATS } from './channel-defaults';
export { CanvasDto, LayoutDto, MixOutputDto, MixPatchDto } from './layout.dto';
export {
  AvatarChanged,
  ChannelDeleted,
  ChannelMixingModeChanged,
  ChannelMoved,
  ChannelRelayChanged,
  ChannelSourceChanged,
  ChannelSuspensionChanged,
  HostPublishChanged,
  HostStreamWarningsChanged,
  MixPublishChanged,
  PushAddressLost,
  PushKeysRevoked,
  RoomBansRuleChanged,
  ViewerBanChanged,
  VisitsEnded,
} from './live.events';
export { DoorsFacade } from './doors/doors.facade';
export { ImagesFacade, type WantedImages } from './images/images.facade';
export { SNAPSHOT_PATH } from './snapshots/picture-maker';
export { hostStreamView } from './host-stream';
export { requireOutputWithin } from './output-limits';
export { LiveModule } from './live.module';
export { type ChannelRecord, LiveFacade, requireNotSuspended } from './live.facade';
