import type { MixOutput, MixRelief } from '../../contracts';
import type { MediaLogger, MixSpec } from '../contract';
import { AacEncoder } from '../ffmpeg/aac-encoder';
import { OpusDecoder } from '../ffmpeg/opus-decoder';
import { FfmpegVideoDecoder } from '../ffmpeg/video-decoder';
import { RtmpPusher } from '../rtmp';
import { type ClockEvent, OutputClock } from './clock';
import { FrameCount } from './frame-count';
import { ConferenceInputs } from './inputs/conference-inputs';
import type { Images } from './mcu/images';
import type { InputSeat } from './inputs/inputs';
import { MixPicture } from './mix-picture';
import { type GatewayEvents, LiveGateway, type StreamHead } from './mlg/live-gateway';
import { AudioMixer } from './mps/audio-mixer';
import { LoudestSpeaker } from './mps/loudest';
import { encoderOpener, type OpenEncoder } from './open-encoder';
import { OverloadGovernor, reliefFor } from './overload';
import { Screens } from './screens';

const PUSH_CONNECT_TIMEOUT_MS = 5000;
/** Two seconds of a 4 Mbit/s mix. */
const PUSH_QUEUE_BYTES = 1 << 20;

/** What a mix is made of while it lives. */
export interface MixParts {
  spec: MixSpec;
  readonly openEncoder: OpenEncoder;
  readonly images: Images;
  /** Null where the mix is sound only. */
  picture: MixPicture | null;
  aac: AacEncoder;
  readonly inputs: ConferenceInputs;
  readonly gateway: LiveGateway;
  readonly mixer: AudioMixer;
  readonly loudest: LoudestSpeaker;
  readonly overload: OverloadGovernor;
  readonly clock: OutputClock;
  readonly frames: FrameCount;
  readonly screens: Screens;
  /** Without the pictures that nobody sees. */
  seats: InputSeat[];
  /** User id of the loudest, where the layout asks. */
  speaker: string | null;
}

export interface MixPartsEvents extends GatewayEvents {
  onClock: (event: ClockEvent) => void;
  /** The conference can't be reached any more. */
  onLost: (detail: string) => void;
  /** Runs work that a packet or a message has begun: an error in it ends the mix. */
  guard: (work: () => void) => void;
}

/** Makes all of a mix; nothing receives, runs or pushes yet. */
export function mixParts(
  spec: MixSpec,
  events: MixPartsEvents,
  { images, logger }: { images: Images; logger: MediaLogger },
): MixParts {
  const mixer = new AudioMixer();
  const openEncoder = encoderOpener(spec.encoder ?? 'x264', logger);
  const picture = pictureOf(spec.output, { openEncoder, mixer, images });
  const aac = new AacEncoder(spec.output.audioBitrate);
  const inputs = new ConferenceInputs(spec.egress, {
    decoders: { audio: () => new OpusDecoder(), video: (codec) => new FfmpegVideoDecoder(codec) },
    onLost: events.onLost,
    guard: events.guard,
    logger,
  });
  const connect = () =>
    RtmpPusher.connect(parts.spec.target, {
      connectTimeoutMs: PUSH_CONNECT_TIMEOUT_MS,
      maxQueueBytes: PUSH_QUEUE_BYTES,
    });
  const gateway = new LiveGateway({ head: headOf(spec.output, picture, aac), connect }, events, logger);
  const clock = new OutputClock(spec.output.fps, () => performance.now(), events.onClock);
  const parts: MixParts = {
    ...{ spec, openEncoder, images, picture, aac, inputs, gateway, mixer, clock },
    loudest: new LoudestSpeaker(),
    overload: new OverloadGovernor(reliefFor(spec.output, spec.encoder)),
    frames: new FrameCount(),
    screens: new Screens(),
    seats: spec.seats.map((seat) => ({ ...seat, screen: false })),
    speaker: null,
  };
  return parts;
}

/**
 * Another output, between two pictures: a new canvas and new encoders in the same push and on the same clock. The
 * gateway sends the new headers before their first picture; where there are none any more, before the sound.
 */
export function reshape(parts: MixParts, output: MixOutput): void {
  const { spec, picture, aac, overload } = parts;
  overload.setSteps(reliefFor(output, spec.encoder));
  parts.picture = pictureOf(output, parts, overload.taken);
  parts.aac = aac.successor(output.audioBitrate);
  for (const old of [picture, aac]) old?.close();
  parts.clock.setFps(output.fps);
  parts.gateway.change(headOf(output, parts.picture, parts.aac));
  if (!parts.picture) parts.frames.pause();
}

/** Another encoder of pictures in the same push, after what the overload has taken has changed. */
export function relieve({ spec, picture, aac, gateway, overload }: MixParts): void {
  picture?.relieve(overload.taken);
  gateway.change(headOf(spec.output, picture, aac));
}

/** null: sound only. */
function pictureOf(
  output: MixOutput,
  { openEncoder, mixer, images }: Pick<MixParts, 'openEncoder' | 'mixer' | 'images'>,
  taken: readonly MixRelief[] = [],
): MixPicture | null {
  if (output.video === false) return null;
  return new MixPicture(output, openEncoder, (userId) => mixer.level(userId), images, taken);
}

function headOf(output: MixOutput, picture: MixPicture | null, aac: AacEncoder): StreamHead {
  return { output, videoConfig: picture?.decoderConfig ?? null, audioConfig: aac.config };
}
