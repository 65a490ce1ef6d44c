import type { RtmpConnection } from '../../rtmp';
import { PLAY_STREAM_ID } from './rtmp-packager';
import type { RtmpRefusal } from './rtmp-refusal';

/** The answer to `connect` (RTMP 1.0, 7.2.1.1). */
export function acceptApp(connection: RtmpConnection, transaction: number): void {
  const server = { fmsVer: 'FMS/3,0,1,123', capabilities: 31 };
  const code = 'NetConnection.Connect.Success';
  const status = { level: 'status', code, description: 'connected', objectEncoding: 0 };
  connection.sendCommand(0, '_result', transaction, server, status);
}

export function refuseApp(connection: RtmpConnection, transaction: number, description: string): void {
  const status = { level: 'error', code: 'NetConnection.Connect.InvalidApp', description };
  connection.sendCommand(0, '_error', transaction, null, status);
}

/** NetStream status messages (RTMP 1.0, 7.2.2). */
export function sendStatus(
  connection: RtmpConnection,
  level: 'status' | 'error',
  code: `NetStream.${string}`,
  description: string,
): void {
  connection.sendCommand(PLAY_STREAM_ID, 'onStatus', 0, null, { level, code, description });
}

/**
 * Tells a peer why it is refused or closed. The codes of `onStatus` are those that encoders and players know; what they
 * don't tell apart is the first word of the description.
 */
export function sendRefusal(
  connection: RtmpConnection,
  asks: 'publish' | 'play',
  refusal: RtmpRefusal,
): void {
  const { reason, message } = refusal;
  sendStatus(connection, 'error', codeOf(asks, reason), `${reason}: ${message}`);
}

function codeOf(asks: 'publish' | 'play', reason: RtmpRefusal['reason']): `NetStream.${string}` {
  if (asks === 'play')
    return reason === 'channel_not_on_air' ? 'NetStream.Play.StreamNotFound' : 'NetStream.Play.Failed';
  return reason === 'push_token_invalid' ? 'NetStream.Publish.BadName' : 'NetStream.Publish.Rejected';
}
