/** Strangers at the doors of a running media node, while another channel plays. */
import { connect } from 'node:net';
import { FLV_VIDEO } from '../../../src/media/codec/flv/flv';
import type { MediaNode } from '../../../src/media/node';
import { startTestNode } from '../media/media-node';
import { FlvCapture } from '../media/flv-capture';
import { FRAME_MS } from '../media/marked-stream';
import { OddPublisher } from '../media/odd-publisher';
import { until } from '../waiting/until';
import { HANDSHAKE, HTTP, RTMP_SESSIONS, TAGS } from './corpus';
import type { Mutator } from './mutator';

const GOP = 25;
/** At the same time. */
const STRANGERS = 8;
/** A stranger who isn't sent away goes by itself after this, ms. */
const STAY_MS = 60;

/** Sends these inputs, half of them as RTMP and half as HTTP. @throws Error when the steady channel no longer plays */
export async function fuzzNode(mutator: Mutator, inputs: number): Promise<void> {
  const node = await startTestNode({ hub: { graceMs: 50 }, rtmpLimits: { setupTimeoutMs: 200 } });
  const steady = await OddPublisher.publish(node.rtmpPort, 'steady?token=host.1');
  const stop = playOn(steady);
  try {
    const viewer = await FlvCapture.openWhenOnAir(
      `http://127.0.0.1:${node.httpPort}/live/steady.flv?token=play-steady`,
    );
    let left = inputs;
    const stranger = async () => {
      while (left-- > 0) await (left % 2 ? rtmp(node, mutator) : http(node, mutator));
    };
    await Promise.all(Array.from({ length: STRANGERS }, stranger));
    const before = viewer.bytes.length;
    await until(() => viewer.bytes.length > before);
    viewer.stop();
  } finally {
    stop();
    steady.close();
    await node.close();
  }
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

function rtmp(node: MediaNode, mutator: Mutator): Promise<void> {
  return visit(node.rtmpPort, [HANDSHAKE, ...mutator.pieces(mutator.bytes(RTMP_SESSIONS)).slice(0, 40)]);
}

function http(node: MediaNode, mutator: Mutator): Promise<void> {
  return visit(node.httpPort, mutator.pieces(Buffer.from(mutator.text(HTTP), 'latin1')).slice(0, 40));
}

/** Resolves when the connection is over. */
function visit(port: number, pieces: Buffer[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const leave = setTimeout(() => socket.destroy(), STAY_MS);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(leave);
      resolve();
    });
    socket.resume();
    for (const piece of pieces) socket.write(piece);
  });
}
