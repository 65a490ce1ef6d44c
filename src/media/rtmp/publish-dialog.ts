import type { AmfObject, AmfValue } from '../codec/flv/amf0';
import type { RtmpAddress } from '../../shared/rtmp-url';
import type { RtmpCommand, RtmpConnection } from './connection';
import { RtmpRefusedError } from './message';

const CONNECT = 1;
const CREATE_STREAM = 2;

/**
 * The client's commands up to NetStream.Publish.Start (RTMP 1.0, 7.2). On any failure the connection is closed.
 * @returns the message stream id to publish on.
 * @throws RtmpRefusedError when the server refuses or closes after the handshake; Error when it can't be reached.
 */
export function startPublishing(
  connection: RtmpConnection,
  address: RtmpAddress,
  timeoutMs: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let streamId = 0;
    let ready = false;
    const finish = (outcome: Error | null): void => {
      clearTimeout(timer);
      connection.off('command', onCommand).off('close', onClose).off('ready', onReady);
      if (!outcome) return resolve(streamId);
      connection.destroy();
      reject(outcome);
    };
    const onReady = (): void => {
      ready = true;
      const { app, tcUrl } = address;
      connection.sendCommand(0, 'connect', CONNECT, { app, type: 'nonprivate', flashVer: 'FMLE/3.0', tcUrl });
    };
    const onCommand = (command: RtmpCommand): void => {
      if (command.name === '_error') return finish(refusal(command.args));
      if (command.name === '_result' && command.transaction === CONNECT) {
        connection.enlargeChunks();
        connection.sendCommand(0, 'releaseStream', 0, null, address.streamName);
        connection.sendCommand(0, 'FCPublish', 0, null, address.streamName);
        connection.sendCommand(0, 'createStream', CREATE_STREAM, null);
      } else if (command.name === '_result' && command.transaction === CREATE_STREAM) {
        streamId = Number(command.args[1]) || 1;
        connection.sendCommand(streamId, 'publish', 0, null, address.streamName, 'live');
      } else if (command.name === 'onStatus') {
        const started = statusOf(command.args).code === 'NetStream.Publish.Start';
        finish(started ? null : refusal(command.args));
      }
    };
    const onClose = (error: Error | null): void => {
      const closed = new RtmpRefusedError('closed', 'the server closed instead of answering');
      finish(ready ? closed : (error ?? new Error('the server closed during the handshake')));
    };
    const timer = setTimeout(() => finish(new Error(`no RTMP answer within ${timeoutMs} ms`)), timeoutMs);
    connection.on('ready', onReady).on('command', onCommand).on('close', onClose);
  });
}

function refusal(args: AmfValue[]): RtmpRefusedError {
  const { code, description } = statusOf(args);
  return new RtmpRefusedError(
    typeof code === 'string' ? code : 'unknown',
    typeof description === 'string' ? description : '',
  );
}

function statusOf(args: AmfValue[]): AmfObject {
  const status = args[1];
  return typeof status === 'object' && status !== null && !Array.isArray(status) ? status : {};
}
