/** Strangers at the doors of a running media node, while another channel plays and a call goes on. */
import { FLV_VIDEO } from '../../../src/media/codec/flv/flv';
import type { MediaLogger } from '../../../src/media/contract';
import { ffmpegAudio } from '../../../src/media/ffmpeg/audio-codecs';
import { Mas } from '../../../src/media/mas';
import type { MediaNode } from '../../../src/media/node';
import { createTransports } from '../../../src/media/webrtc/transport';
import { FlvCapture } from '../media/flv-capture';
import { FRAME_MS } from '../media/marked-stream';
import { startTestNode } from '../media/media-node';
import { OddPublisher } from '../media/odd-publisher';
import { silentLogger } from '../media/silent-logger';
import { until } from '../waiting/until';
import { openNetwork } from '../webrtc/lossy-network';
import { masAuthorizer } from '../webrtc/mas';
import { TAGS } from './corpus';
import { meddledDatagrams, strangeDatagrams } from './doors/datagrams';
import type { Door } from './doors/door';
import { controlCalls, httpClients } from './doors/http';
import { rtmpPlayers, rtmpPublishers } from './doors/rtmp';
import { mixers, participants } from './doors/signalling';
import { whipPublishers } from './doors/whip';
import type { FuzzResult } from './fuzz';
import { CALL, SteadyCall } from './steady-call';
import { visitAll } from './visits';

const GOP = 25;
const LOCAL = { bindAddress: '127.0.0.1', udpPort: 0 };

/** Gives so many inputs to a node's doors. What it should not have said, or has logged as an error, is a crash too. */
export async function fuzzNode(inputs: number, seed: number): Promise<FuzzResult> {
  const faults: string[] = [];
  const { node, doors } = await startNode(faults);
  const steady = await OddPublisher.publish(node.rtmpPort, 'steady?token=host.1');
  const stop = playOn(steady);
  const call = await SteadyCall.begin(`ws://127.0.0.1:${node.httpPort}/mas`);
  try {
    const viewer = await FlvCapture.openWhenOnAir(
      `http://127.0.0.1:${node.httpPort}/live/steady.flv?token=play-steady`,
    );
    const visited = await visitAll(doors, inputs, seed);
    const before = viewer.bytes.length;
    await until(() => viewer.bytes.length > before);
    await call.goesOn();
    viewer.stop();
    return { ...visited, crashes: [...faults, ...visited.crashes] };
  } finally {
    stop();
    steady.close();
    await call.end();
    await node.close();
  }
}

async function startNode(faults: string[]): Promise<{ node: MediaNode; doors: Record<string, Door> }> {
  const logger: MediaLogger = {
    ...silentLogger,
    error: (fields: object, text?: string) => faults.push(`logged: ${text} ${JSON.stringify(fields)}`),
  };
  const network = openNetwork();
  const local = { ...LOCAL, announcedAddresses: [], iceServers: [], logger };
  const transports = await createTransports('node-datachannel', local);
  const mas = await Mas.over(network.wrap(transports), { egress: LOCAL, authorizer: masAuthorizer, logger });
  const node = await startTestNode({
    hub: { graceMs: 50 },
    rtmpLimits: { setupTimeoutMs: 200 },
    mas,
    whip: { transports, codecs: ffmpegAudio },
    logger,
  });
  const { httpPort, rtmpPort } = node;
  const doors = {
    rtmpPublishers: rtmpPublishers(rtmpPort),
    rtmpPlayers: rtmpPlayers(rtmpPort),
    httpClients: httpClients(httpPort),
    controlCalls: controlCalls(httpPort),
    participants: participants(httpPort, CALL),
    mixers: mixers(httpPort),
    whipPublishers: whipPublishers(httpPort),
    strangeDatagrams: strangeDatagrams([mas.udpPort, mas.egressPort]),
    meddledDatagrams: meddledDatagrams(network),
  };
  return { node, doors };
}

/** The same GOP again and again, in its own time. @returns ends it */
function playOn(publisher: OddPublisher): () => void {
  const pictures = TAGS.filter(({ type, body }) => type === FLV_VIDEO && body[1] === 1).slice(0, GOP);
  publisher.send(TAGS.slice(0, 3));
  let sent = 0;
  const timer = setInterval(() => {
    publisher.send([{ ...pictures[sent % GOP]!, at: sent * FRAME_MS }]);
    sent += 1;
  }, FRAME_MS);
  return () => clearInterval(timer);
}
