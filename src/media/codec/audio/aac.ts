/** AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1) of AAC. */

const SAMPLE_RATES = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
];
const AAC_LC = 2;

/** Samples of one frame, per channel; with SBR of the core rate. */
export const AAC_FRAME = 1024;

export interface AacConfig {
  /** 2 is AAC-LC, 5 HE-AAC (SBR), 29 HE-AAC v2. */
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
  if (objectType === 0 || objectType === 31) return null;
  if (index !== 15) {
    const sampleRate = SAMPLE_RATES[index];
    return sampleRate === undefined ? null : { objectType, sampleRate, channels: (head >> 3) & 0x0f };
  }
  if (config.length < 5) return null;
  // An explicit rate: 24 bits from bit 9 on, then the channels.
  const rest = config.readUIntBE(1, 4);
  return { objectType, sampleRate: (rest >>> 7) & 0xffffff, channels: (rest >>> 3) & 0x0f };
}
