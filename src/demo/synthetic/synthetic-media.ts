import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_LOG_ERROR,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  Codec,
  CodecContext,
  Frame,
  Log,
  Packet,
  Rational,
} from 'node-av';
import { check, FilterChain } from './filter-chain';

const SAMPLE_RATE = 48_000;

// Encoders that are closed in the middle of a stream say so; nobody needs to know.
Log.setLevel(AV_LOG_ERROR);

const X264_SETTINGS = {
  preset: 'veryfast',
  tune: 'zerolatency',
  profile: 'baseline',
  'forced-idr': '1',
  'x264-params': 'scenecut=0:log=-1',
};

export interface EncodedUnit {
  data: Buffer;
  keyframe: boolean;
}

/** An encoder fed by a filter chain: each `next()` is one encoded unit. Synchronous; a unit costs about a millisecond. */
abstract class SyntheticSource {
  private readonly frame = new Frame();
  private readonly packet = new Packet();
  private pts = 0n;
  /** The next picture is to be encoded as a keyframe. */
  protected intra = false;

  protected constructor(
    private readonly chain: FilterChain,
    protected readonly encoder: CodecContext,
    private readonly ptsPerFrame: bigint,
  ) {
    this.frame.alloc();
    this.packet.alloc();
  }

  next(): EncodedUnit {
    for (;;) {
      const code = this.encoder.receivePacketSync(this.packet);
      if (code >= 0) return this.take();
      this.feed();
    }
  }

  close(): void {
    this.packet.free();
    this.frame.free();
    this.encoder.freeContext();
    this.chain.close();
  }

  private feed(): void {
    this.chain.next(this.frame);
    this.frame.pts = this.pts;
    // Test sources mark every frame as intra, and an encoder obeys.
    this.frame.pictType = this.intra ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    this.intra = false;
    this.pts += this.ptsPerFrame;
    check('encode', this.encoder.sendFrameSync(this.frame));
    this.frame.unref();
  }

  private take(): EncodedUnit {
    const unit = { data: Buffer.from(this.packet.data ?? Buffer.alloc(0)), keyframe: this.packet.isKeyframe };
    this.packet.unref();
    return unit;
  }
}

export interface CameraOptions {
  /** FFmpeg source filter, e.g. `testsrc2` or `smptehdbars`. */
  picture: string;
  width: number;
  height: number;
  fps: number;
  /** Frames between keyframes. */
  gop: number;
  /** bit/s */
  bitrate: number;
}

/** A moving picture, H.264 constrained baseline, access units in Annex B with parameter sets before each keyframe. */
export class SyntheticCamera extends SyntheticSource {
  constructor(options: CameraOptions) {
    const { picture, width, height, fps } = options;
    const [source = '', own = ''] = picture.split(/=(.*)/);
    const chain = new FilterChain('video', [
      [source, `${own ? `${own}:` : ''}size=${width}x${height}:rate=${fps}`],
      ['format', 'pix_fmts=yuv420p'],
    ]);
    super(chain, openVideoEncoder(options), 1n);
  }

  /** Makes the next access unit a keyframe, as a receiver's PLI asks. */
  requestKeyframe(): void {
    this.intra = true;
  }
}

/** A tone. `aac`: raw AAC-LC, 1024 samples a unit; `opus`: one packet of 20 ms (960 samples). 48 kHz stereo. */
export class SyntheticMicrophone extends SyntheticSource {
  /** Samples of one unit. */
  readonly unitSamples: number;

  /** @param frequency Hz */
  constructor(codec: 'aac' | 'opus', frequency: number) {
    const unitSamples = codec === 'aac' ? 1024 : 960;
    const format = codec === 'aac' ? 'fltp' : 'flt';
    const chain = new FilterChain('audio', [
      ['sine', `frequency=${frequency}:sample_rate=${SAMPLE_RATE}:samples_per_frame=${unitSamples}`],
      ['volume', 'volume=0.5'],
      ['aformat', `sample_fmts=${format}:channel_layouts=stereo`],
    ]);
    super(chain, openAudioEncoder(codec), BigInt(unitSamples));
    this.unitSamples = unitSamples;
  }

  /** AudioSpecificConfig of the AAC encoder. */
  get config(): Buffer {
    return Buffer.from(this.encoder.extraData ?? Buffer.alloc(0));
  }
}

function openVideoEncoder(options: CameraOptions): CodecContext {
  const context = allocate('libx264');
  context.width = options.width;
  context.height = options.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, options.fps);
  context.framerate = new Rational(options.fps, 1);
  context.gopSize = options.gop;
  context.maxBFrames = 0;
  context.bitRate = BigInt(options.bitrate);
  context.threadCount = 1;
  // Set on the context: node-av frees a Dictionary given to open2 a second time when it is collected, and crashes.
  for (const [name, value] of Object.entries(X264_SETTINGS)) {
    check(`set ${name}`, context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN));
  }
  check('open libx264', context.open2Sync(null, null));
  return context;
}

function openAudioEncoder(codec: 'aac' | 'opus'): CodecContext {
  const context = allocate(codec === 'aac' ? 'aac' : 'libopus');
  context.sampleFormat = codec === 'aac' ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_FLT;
  context.sampleRate = SAMPLE_RATE;
  context.channelLayout = { nbChannels: 2, order: AV_CHANNEL_ORDER_NATIVE, mask: 3n };
  context.timeBase = new Rational(1, SAMPLE_RATE);
  context.bitRate = 96_000n;
  check(`open ${codec}`, context.open2Sync(null, null));
  return context;
}

function allocate(name: string): CodecContext {
  const codec = Codec.findEncoderByName(name as never);
  if (!codec) throw new Error(`this FFmpeg build has no encoder ${name}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  return context;
}
