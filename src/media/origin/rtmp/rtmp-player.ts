import { EVENT, type RtmpConnection } from '../../rtmp';
import type { Sink } from '../../stream';
import { PLAY_STREAM_ID } from './rtmp-packager';
import { sendStatus } from './rtmp-status';

/** Where a channel's bytes go for one RTMP player. */
export function playerSink(connection: RtmpConnection): Sink {
  return {
    get queuedBytes() {
      return connection.queuedBytes;
    },
    write: (bytes: Buffer) => connection.sendChunks(bytes),
    close: () => {
      connection.sendEvent(EVENT.streamEof, PLAY_STREAM_ID);
      sendStatus(connection, 'status', 'NetStream.Play.UnpublishNotify', 'the channel went off the air');
      connection.end();
    },
    abort: () => connection.destroy(),
  };
}
