/** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of AAC. */

const SAMPLE_RATES = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
];
const AAC_LC = 2;
/** Further object types have 6 bits behind it, from 32 on. */
const ESCAPE = 31;
/** Those whose frames are AAC_FRAME samples of what players of AAC take: Main, LC, SSR, LTP, SBR and PS. */
const AAC = new Set([1, AAC_LC, 3, 4, 5, 29]);

/** Samples of one frame, per channel; with SBR of the core rate. */
export const AAC_FRAME = 1024;

export interface AacConfig {
  /** 2 is AAC-LC, 5 HE-AAC (SBR), 29 HE-AAC v2; 1, 3 and 4 are Main, SSR and LTP. */
  objectType: number;
  /** Hz, of the core (SBR doubles it). */
  sampleRate: number;
  /** 0: given in the stream itself. */
  channels: number;
}

/**
 * Builds the two bytes for AAC-LC.
 * @throws RangeError for a rate (Hz) that has no index or more than 7 channels.
 */
export function buildAudioSpecificConfig(sampleRate: number, channels: number): Buffer {
  const index = SAMPLE_RATES.indexOf(sampleRate);
  if (index < 0 || channels < 1 || channels > 7)
    throw new RangeError(`no AAC config for ${sampleRate} Hz, ${channels}`);
  const config = Buffer.alloc(2);
  config.writeUInt16BE((AAC_LC << 11) | (index << 7) | (channels << 3));
  return config;
}

/** Parses an AudioSpecificConfig; null when it is too short or reserved. */
export function parseAudioSpecificConfig(config: Buffer): AacConfig | null {
  if (config.length < 2) return null;
  const head = config.readUInt16BE(0);
  const objectType = head >> 11;
  const index = (head >> 7) & 0x0f;
  if (objectType === 0) return null;
  if (objectType === ESCAPE) return parseEscaped(config);
  if (index !== 15) {
    const sampleRate = SAMPLE_RATES[index];
    return sampleRate === undefined ? null : { objectType, sampleRate, channels: (head >> 3) & 0x0f };
  }
  if (config.length < 5) return null;
  // An explicit rate: 24 bits from bit 9 on, then the channels.
  const rest = config.readUIntBE(1, 4);
  return { objectType, sampleRate: (rest >>> 7) & 0xffffff, channels: (rest >>> 3) & 0x0f };
}

/** ELD (39), xHE-AAC (42) and others: the object type, then index and channels as before. */
function parseEscaped(config: Buffer): AacConfig | null {
  if (config.length < 3) return null;
  const head = config.readUIntBE(0, 3);
  const sampleRate = SAMPLE_RATES[(head >> 9) & 0x0f];
  if (sampleRate === undefined) return null;
  return { objectType: 32 + ((head >> 13) & 0x3f), sampleRate, channels: (head >> 5) & 0x0f };
}

/**
 * Why players of AAC can't take it, or every clock of ours would be wrong; null: they can.
 * @param config an AudioSpecificConfig that was parsed
 */
export function unplayableAac(config: Buffer, { objectType }: AacConfig): string | null {
  if (!AAC.has(objectType)) return `AAC of object type ${objectType}`;
  // frameLengthFlag (4.4.1), behind an index and the channels; SBR has more before it.
  const isShort =
    objectType <= 4 && (config.readUInt8(1) & 0x04) !== 0 && ((config.readUInt16BE(0) >> 7) & 0x0f) !== 15;
  return isShort ? 'AAC with frames of 960 samples' : null;
}
