/** What a session description says of H.264 (RFC 6184 §8.1). */
import { formatParameter } from '../rtp/fmtp';

export interface H264Parameters {
  profileIdc: number;
  /** constraint_set0_flag is the highest bit. */
  constraints: number;
  /** 0: NAL units as they are; 1: aggregated and fragmented too; 2: interleaved. */
  packetizationMode: number;
}

/** Baseline at level 1, which a description without profile means. */
const DEFAULT_PROFILE = '42000a';
const BASELINE = 0x42;
const MAIN = 0x4d;
const EXTENDED = 0x58;
const HIGH = 0x64;
const SET0 = 0x80;
const SET1 = 0x40;

/** Reads `a=fmtp` parameters; null where they say what can't be. */
export function parseH264Parameters(fmtp: string): H264Parameters | null {
  const profile = formatParameter(fmtp, 'profile-level-id') ?? DEFAULT_PROFILE;
  const mode = formatParameter(fmtp, 'packetization-mode') ?? '0';
  if (!/^[0-9a-f]{6}$/i.test(profile) || !/^[012]$/.test(mode)) return null;
  return {
    profileIdc: parseInt(profile.slice(0, 2), 16),
    constraints: parseInt(profile.slice(2, 4), 16),
    packetizationMode: Number(mode),
  };
}

/** RFC 6184 table 5: what every decoder plays. */
export function isConstrainedBaseline({ profileIdc, constraints }: H264Parameters): boolean {
  if (profileIdc === BASELINE) return (constraints & SET1) !== 0;
  if (profileIdc === MAIN) return (constraints & SET0) !== 0;
  return profileIdc === EXTENDED && (constraints & (SET0 | SET1)) === (SET0 | SET1);
}

/** Baseline, constrained or not: browsers that say so without constraints send constrained baseline all the same. */
export function isBaseline(parameters: H264Parameters): boolean {
  return parameters.profileIdc === BASELINE || isConstrainedBaseline(parameters);
}

/** Baseline, main, or high: what stock players decode. */
export function isPlayableProfile(parameters: H264Parameters): boolean {
  return [MAIN, HIGH].includes(parameters.profileIdc) || isBaseline(parameters);
}
