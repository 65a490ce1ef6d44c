/** What reads bytes of strangers, without a socket in front of it: one input each. */
import { parseFlvAudio, parseFlvVideo } from '../../../src/media/codec/flv/flv';
import { AmfError, decodeAmf0, encodeAmf0 } from '../../../src/media/codec/flv/amf0';
import { parseAvcDecoderConfig, splitAvcc } from '../../../src/media/codec/h264/h264';
import { H264Depacketizer } from '../../../src/media/codec/h264/h264-depacketizer';
import { parseSps } from '../../../src/media/codec/h264/h264-sps';
import { parseIceFragment, parseSdp, SdpError } from '../../../src/media/codec/rtp/sdp';
import { parseRtp } from '../../../src/media/codec/rtp/rtp';
import { Vp8Depacketizer } from '../../../src/media/codec/vp8/vp8-depacketizer';
import { clientMessage } from '../../../src/media/mas/signalling/messages';
import { Hub } from '../../../src/media/origin';
import { RtmpIngest } from '../../../src/media/origin/rtmp/rtmp-ingest';
import { RtmpRefusal } from '../../../src/media/origin/rtmp/rtmp-refusal';
import { FrameAssembler } from '../../../src/media/playout/frame-assembler';
import { MSG, RtmpProtocolError } from '../../../src/media/rtmp';
import { messagesOfAggregate } from '../../../src/media/rtmp/aggregate';
import { ChunkReader } from '../../../src/media/rtmp/chunk-reader';
import { Publisher } from '../../../src/media/webrtc/receive/publisher';
import { checkOffer, WhipRefusal } from '../../../src/media/whip/negotiation';
import { JsonTooDeepError, parseJson } from '../../../src/shared/bounded-json';
import { FakeTransports } from '../webrtc/fake-transports';
import * as corpus from './corpus';
import type { Mutator } from './mutator';

/** Takes one input; what it throws is a crash. */
type Parser = (mutator: Mutator) => void;
type Refusal = new (...args: never[]) => Error;

/** These are how it says that it doesn't like an input. */
function refuses(refusals: Refusal[], parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!refusals.some((refusal) => error instanceof refusal)) throw error;
  }
}

const LIMITS = { maxChunkStreams: 64, maxMessageBytes: 1 << 20 };

function amf(mutator: Mutator): void {
  refuses([AmfError], () => encodeAmf0(decodeAmf0(mutator.bytes(corpus.COMMANDS))));
}

function chunks(mutator: Mutator): void {
  const reader = new ChunkReader(LIMITS, () => undefined);
  refuses([RtmpProtocolError], () => {
    for (const piece of mutator.pieces(mutator.bytes(corpus.RTMP_SESSIONS))) reader.push(piece);
  });
}

function aggregates(mutator: Mutator): void {
  const payload = mutator.bytes(corpus.AGGREGATES);
  const message = { type: MSG.aggregate, streamId: 1, timestampMs: mutator.oddNumber(), payload };
  refuses([RtmpProtocolError], () => messagesOfAggregate(message));
}

function flv(mutator: Mutator): void {
  const body = mutator.bytes(corpus.TAG_BODIES);
  [parseFlvVideo, parseFlvAudio].forEach((parse) => parse(body));
}

function h264(mutator: Mutator): void {
  const record = parseAvcDecoderConfig(mutator.bytes(corpus.AVC_RECORDS));
  for (const sps of record?.sps ?? []) parseSps(sps);
  refuses([RangeError], () => splitAvcc(mutator.bytes(corpus.ACCESS_UNITS), mutator.pick([1, 2, 4])));
}

function sdp(mutator: Mutator): void {
  const text = mutator.text(corpus.SDPS);
  refuses([SdpError], () => parseSdp(text));
  refuses([SdpError], () => parseIceFragment(text));
  refuses([WhipRefusal], () => checkOffer(text));
}

function json(mutator: Mutator): void {
  refuses([SyntaxError, JsonTooDeepError], () =>
    clientMessage.safeParse(parseJson(mutator.text(corpus.MAS_MESSAGES))),
  );
}

/** One hub that goes on over all inputs, with viewers of each kind. */
function ingest(): Parser {
  const hub = new Hub({ graceMs: 1 });
  const sink = { queuedBytes: 0, write: () => undefined, close: () => undefined, abort: () => undefined };
  const publish = () => {
    const handle = hub.publish({ channelId: 'fuzz', role: 'host', epoch: 1 }, () => undefined);
    return { ingest: new RtmpIngest('fuzz', handle), handle };
  };
  let now = publish();
  return (mutator) => {
    hub.view({ channelId: 'fuzz' }, 'flv', sink)?.();
    hub.hls('fuzz')?.ask();
    const { type, at, body } = mutator.pick(corpus.TAGS);
    const message = {
      type: mutator.below(50) ? type : mutator.pick([MSG.audio, MSG.video, 18, 20]),
      streamId: 1,
      timestampMs: mutator.below(20) ? at : mutator.oddNumber(),
      payload: mutator.below(3) ? body : mutator.bytes([body]),
    };
    try {
      now.ingest.push(message);
    } catch (error) {
      if (!(error instanceof RtmpRefusal)) throw error;
      now.handle.end();
      now = publish();
    }
  };
}

/** Packets of a publisher and RTCP, to all that takes them. */
function packets(): Parser {
  const transports = new FakeTransports();
  const publisher = new Publisher(transports, {
    onState: () => undefined,
    onCandidate: () => undefined,
    onChange: () => undefined,
  });
  void publisher.accept(corpus.SDPS[0]!, () => undefined);
  const events = { onFrame: () => undefined, onInterrupt: () => undefined };
  const assemblers = [new H264Depacketizer(), new Vp8Depacketizer()].map(
    (one) => new FrameAssembler(one, events),
  );
  let nowMs = 0;
  return (mutator) => {
    nowMs += mutator.below(40);
    const packet = mutator.bytes(corpus.RTP);
    const [peer] = transports.peers;
    peer?.onRtp(packet);
    peer?.onRtcp(mutator.bytes(corpus.RTCP));
    const rtp = parseRtp(packet);
    for (const assembler of rtp ? assemblers : []) {
      assembler.push(rtp!, nowMs);
      assembler.scan(nowMs);
    }
  };
}

/** By name; made anew for each run. */
export function parsers(): Record<string, Parser> {
  return { amf, chunks, aggregates, flv, h264, sdp, json, ingest: ingest(), packets: packets() };
}
