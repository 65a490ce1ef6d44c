/** `@lianmai/client`: everything an app needs to watch, chat, go on the air together, and host. */
export type * from './contracts';
export { Lianmai, type LianmaiOptions } from './client';
export * from './codes';
export { LianmaiError, type LocalCode, localCodes } from './errors';
export type { Platform } from './platform';
export type { Readable } from './util/value';
export type { GetToken } from './rest/token-source';
export type { AdminApi, PageOf } from './rest/admin-api';
export type { RestApi } from './rest/api';
export { Visitor, type VisitorOptions, type VisitorStorage } from './visit/visitor';
export { isGuestId } from '../../src/shared/guest-id';
export type { ConnectionState, ImConnection } from './im/connection';
export type { Person, Room } from './im/room';
export type { Chat } from './im/chat';
export type { CoHosting, MixTaskFollower } from './co-host/co-hosting';
export type { InvitationEvents, Invitations } from './co-host/invitations';
export type { Call, CallOptions, CallState } from './call/call';
export type { ScreenShare } from './call/screen-share';
export {
  MasClient,
  type MasAccess,
  type MasClientEvents,
  type MasClientOptions,
  type MasClientState,
  type RemoteTrack,
} from './call/mas-client';
export { type MediaWish, stopMedia } from './call/local-media';
export { API_BACKOFF, MEDIA_BACKOFF, Retry } from './util/retry';
export { canShowH264 } from './call/video-codecs';
export type { ConferenceWatch } from './conference/conference-watch';
export type { Pk } from './pk/pk';
export type { HostPush, HostPushState } from './publish/host-push';
export type { MixPush, MixPushOptions, MixPushState } from './publish/mix-push';
export type { MakeMixer, Mixer } from './publish/mixer';
export type { PushDuty, PushDutyFollower } from './publish/push-duty';
export {
  WhipClient,
  type WhipAddress,
  type WhipClientEvents,
  type WhipClientOptions,
  type WhipState,
} from './publish/whip-client';
export type { Loaded, PlayerEngine, PlayerFormat, RunningEngine } from './player/engine';
export { flvEngine, type Mpegts, type MpegtsPlayer } from './player/engines/flv';
export { hlsEngine, type HlsLibrary, type HlsPlayer } from './player/engines/hls';
export { nativeHlsEngine } from './player/engines/native-hls';
export type { Player, PlayerOptions, PlayerState } from './player/player';
