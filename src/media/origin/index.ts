export { refuseUpgrade, sendProblem } from './door';
export { HlsDoor } from './hls';
export { FlvDoor } from './http';
export { Hub, type HubOptions, type PublishHandle, type RelayNews, type ViewerProtocol } from './hub';
export { RTMP_LIMITS, type RtmpLimits } from './rtmp-limits';
export { RtmpServer, type RtmpServerOptions } from './rtmp-server';
