/** What people call the codecs of FLV (annex E.4) and enhanced RTMP. */

const VIDEO: Record<number, string> = {
  2: 'Sorenson H.263',
  3: 'Screen video',
  4: 'VP6',
  5: 'VP6 with alpha',
  6: 'Screen video 2',
  7: 'H.264',
  12: 'HEVC (H.265)', // in no specification, but sent
  13: 'AV1', // likewise
};

const SOUND: Record<number, string> = {
  0: 'linear PCM',
  1: 'ADPCM',
  2: 'MP3',
  3: 'linear PCM',
  4: 'Nellymoser',
  5: 'Nellymoser',
  6: 'Nellymoser',
  7: 'G.711 A-law',
  8: 'G.711 mu-law',
  10: 'AAC',
  11: 'Speex',
  13: 'Opus', // in no specification, but sent
  14: 'MP3 at 8 kHz',
};

const FOUR_CC: Record<string, string> = {
  avc1: 'H.264',
  hvc1: 'HEVC (H.265)',
  vvc1: 'VVC (H.266)',
  av01: 'AV1',
  vp08: 'VP8',
  vp09: 'VP9',
  mp4a: 'AAC',
  Opus: 'Opus',
  fLaC: 'FLAC',
  'ac-3': 'AC-3',
  'ec-3': 'E-AC-3',
  '.mp3': 'MP3',
};

/** @param id CodecID of a video tag (E.4.3.1) */
export function videoCodecName(id: number): string {
  return VIDEO[id] ?? `FLV video codec ${id}`;
}

/** @param format SoundFormat of an audio tag (E.4.2.1) */
export function soundFormatName(format: number): string {
  return SOUND[format] ?? `FLV sound format ${format}`;
}

/** Strangers choose these four bytes: those that aren't known come out as hex. */
export function fourCcName(fourCc: Buffer): string {
  return FOUR_CC[fourCc.toString('latin1')] ?? `codec 0x${fourCc.toString('hex')}`;
}
