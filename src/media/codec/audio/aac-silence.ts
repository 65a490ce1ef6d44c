/** Raw AAC-LC frames without sound (ISO/IEC 14496-3, 4.4.2). */

import { parseAudioSpecificConfig } from './aac';

const SCE = '000';
const CPE = '001';
const LFE = '011';
const END = '111';
/** Elements of each channel configuration (1.6.3.4), from 1 on. */
const ELEMENTS = [
  [SCE],
  [CPE],
  [SCE, CPE],
  [SCE, CPE, SCE],
  [SCE, CPE, CPE],
  [SCE, CPE, CPE, LFE],
  [SCE, CPE, CPE, CPE, LFE],
];

/** ics_info: a long window, and no scale factor band at all. */
const INFO = '0' + '00' + '0' + '000000' + '0';
const GAIN = '00000000';
/** No pulses, noise shaping or gain control; without bands nothing else is there. */
const NO_TOOLS = '000';

/**
 * A frame that decodes to 1024 samples of silence per channel; decoders of HE-AAC take it for one without SBR data.
 * @param channels channel configuration, 1 to 7
 * @throws RangeError for another
 */
export function silentAacFrame(channels: number): Buffer {
  const elements = ELEMENTS[channels - 1];
  if (!elements) throw new RangeError(`no AAC of channel configuration ${channels}`);
  const instances = new Map<string, number>();
  const written = elements.map((element) => {
    const instance = instances.get(element) ?? 0;
    instances.set(element, instance + 1);
    return element + instance.toString(2).padStart(4, '0') + streams(element);
  });
  const bits = written.join('') + END;
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}

/** The same by AudioSpecificConfig; null where the stream itself would say which channels it has. */
export function silentFrameOf(config: Buffer): Buffer | null {
  const channels = parseAudioSpecificConfig(config)?.channels ?? 0;
  return channels >= 1 && channels <= 7 ? silentAacFrame(channels) : null;
}

function streams(element: string): string {
  if (element !== CPE) return GAIN + INFO + NO_TOOLS;
  const commonWindow = '1' + INFO + '00';
  return commonWindow + (GAIN + NO_TOOLS).repeat(2);
}
