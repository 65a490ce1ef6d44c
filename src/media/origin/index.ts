export { HlsEndpoint } from './hls';
export { FlvEndpoint } from './flv/flv-endpoint';
export { Hub, type HubOptions, type PublishHandle, type RelayEvent, type ViewerProtocol } from './hub';
export { RTMP_LIMITS, type RtmpLimits } from './rtmp/rtmp-limits';
export { RtmpServer, type RtmpServerOptions } from './rtmp/rtmp-server';
