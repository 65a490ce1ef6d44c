import { box, fullBox, u16, u32 } from './fmp4-box';

/** A track of H.264. */
export interface Fmp4Video {
  id: number;
  /** Ticks per second of its samples. */
  timescale: number;
  /** Pixels. */
  width: number;
  height: number;
  /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1). */
  config: Buffer;
}

/** A track of AAC. */
export interface Fmp4Audio {
  id: number;
  timescale: number;
  /** Hz. */
  sampleRate: number;
  channels: number;
  /** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1). */
  config: Buffer;
}

export interface Fmp4Tracks {
  video: Fmp4Video | null;
  audio: Fmp4Audio | null;
}

/** Ticks per second of the movie header; nothing is measured in it. */
const MOVIE_TIMESCALE = 1000;
/** A transformation that changes nothing (ISO/IEC 14496-12, 6.2.2), 16.16 and 2.30 fixed point. */
const IDENTITY = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const TRACK_ENABLED_IN_MOVIE = 3;
const LANGUAGE_UNDETERMINED = 0x55c4;
/** 72 dpi, 16.16 fixed point. */
const RESOLUTION = 0x480000;

/** An initialisation segment: `ftyp` and a `moov` without samples (ISO/IEC 14496-12, 8.8; CMAF, 7.3.1). */
export function initSegment({ video, audio }: Fmp4Tracks): Buffer {
  const tracks = [video && videoTrack(video), audio && audioTrack(audio)].filter((track) => track !== null);
  const ids = [video?.id, audio?.id].filter((id) => id !== undefined);
  return Buffer.concat([
    box('ftyp', latin1('iso6'), u32(0), latin1('iso6cmfcmp41')),
    box('moov', movieHeader(Math.max(0, ...ids) + 1), ...tracks, box('mvex', ...ids.map(trackDefaults))),
  ]);
}

/** `mvhd` (8.2.2). */
function movieHeader(nextTrackId: number): Buffer {
  const times = u32(0, 0, MOVIE_TIMESCALE, 0);
  const rateAndVolume = Buffer.concat([u32(0x10000), u16(0x100, 0), u32(0, 0)]);
  return fullBox('mvhd', 0, 0, times, rateAndVolume, IDENTITY, u32(0, 0, 0, 0, 0, 0, nextTrackId));
}

/** `trex` (8.8.3): every fragment says the rest itself. */
function trackDefaults(id: number): Buffer {
  return fullBox('trex', 0, 0, u32(id, 1, 0, 0, 0));
}

function videoTrack({ id, timescale, width, height, config }: Fmp4Video): Buffer {
  const entry = box(
    'avc1', // ISO/IEC 14496-15, 5.4.2
    u32(0),
    u16(0, 1, 0, 0),
    u32(0, 0, 0),
    u16(width, height),
    u32(RESOLUTION, RESOLUTION, 0),
    u16(1),
    Buffer.alloc(32), // compressor's name
    u16(0x18, 0xffff),
    box('avcC', config),
  );
  const media = { timescale, handler: 'vide', header: fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)), entry };
  return track(id, 0, [width, height], media);
}

function audioTrack({ id, timescale, sampleRate, channels, config }: Fmp4Audio): Buffer {
  const entry = box(
    'mp4a', // ISO/IEC 14496-14, 5.6.1
    u32(0),
    u16(0, 1),
    u32(0, 0),
    u16(channels, 16, 0, 0),
    u32(sampleRate <= 0xffff ? sampleRate * 0x10000 : 0),
    fullBox('esds', 0, 0, elementaryStream(config)),
  );
  return track(id, 0x100, [0, 0], {
    timescale,
    handler: 'soun',
    header: fullBox('smhd', 0, 0, u16(0, 0)),
    entry,
  });
}

interface Media {
  timescale: number;
  handler: string;
  header: Buffer;
  entry: Buffer;
}

/** `trak` (8.3); `volume` is 8.8 fixed point, the size in pixels. */
function track(id: number, volume: number, [width, height]: [number, number], media: Media): Buffer {
  const header = fullBox(
    'tkhd',
    0,
    TRACK_ENABLED_IN_MOVIE,
    u32(0, 0, id, 0, 0, 0, 0),
    u16(0, 0, volume, 0),
    IDENTITY,
    u32(width * 0x10000, height * 0x10000),
  );
  return box(
    'trak',
    header,
    box(
      'mdia',
      fullBox('mdhd', 0, 0, u32(0, 0, media.timescale, 0), u16(LANGUAGE_UNDETERMINED, 0)),
      fullBox('hdlr', 0, 0, u32(0), latin1(media.handler), u32(0, 0, 0), latin1('\0')),
      box('minf', media.header, dataInformation(), sampleTable(media.entry)),
    ),
  );
}

/** `dinf` (8.7): the media is in the same file. */
function dataInformation(): Buffer {
  return box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
}

/** `stbl` (8.5) with the sample entry and no sample: those are in the fragments. */
function sampleTable(entry: Buffer): Buffer {
  return box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), entry),
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0, 0)),
    fullBox('stco', 0, 0, u32(0)),
  );
}

const DESCRIPTOR = { elementaryStream: 3, decoderConfig: 4, decoderSpecific: 5, syncLayer: 6 } as const;
/** objectTypeIndication of MPEG-4 audio, and its stream type with the reserved bit (ISO/IEC 14496-1, 7.2.6.6). */
const MPEG4_AUDIO = 0x40;
const AUDIO_STREAM = 0x15;

/** ES_Descriptor of an AAC stream (ISO/IEC 14496-14, 3.1). */
function elementaryStream(config: Buffer): Buffer {
  const specific = descriptor(DESCRIPTOR.decoderSpecific, config);
  // Buffer size and bit rates are 0: unknown.
  const decoder = Buffer.concat([Buffer.from([MPEG4_AUDIO, AUDIO_STREAM, 0, 0, 0]), u32(0, 0), specific]);
  return descriptor(
    DESCRIPTOR.elementaryStream,
    Buffer.concat([
      Buffer.from([0, 0, 0]),
      descriptor(DESCRIPTOR.decoderConfig, decoder),
      descriptor(DESCRIPTOR.syncLayer, Buffer.from([2])),
    ]),
  );
}

/** A descriptor with its size in one byte (ISO/IEC 14496-1, 8.3.3): a configuration has a few bytes. */
function descriptor(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, content.length]), content]);
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
