export { Mas, type MasOptions } from './mas';
export { PortInUseError, type TransportKind } from '../webrtc/transport';
