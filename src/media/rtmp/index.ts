export { parseRtmpUrl, type RtmpAddress } from '../../shared/rtmp-url';
export { writeChunks } from './chunk-writer';
export { CHUNK_SIZE, RtmpConnection, type RtmpCommand, type RtmpConnectionOptions } from './connection';
export {
  CSID,
  EVENT,
  MSG,
  RtmpLoopError,
  RtmpProtocolError,
  RtmpRefusedError,
  type RtmpMessage,
} from './message';
export { RtmpPusher, type RtmpPusherOptions } from './pusher';
export { RetriedPush } from './retried-push';
