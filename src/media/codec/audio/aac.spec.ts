import { buildAudioSpecificConfig, parseAudioSpecificConfig, unplayableAac } from './aac';

describe('AudioSpecificConfig', () => {
  it.each([
    [44100, 2, '1210'],
    [48000, 2, '1190'],
    [48000, 1, '1188'],
  ])('%d Hz, %d channels', (sampleRate, channels, hex) => {
    expect(buildAudioSpecificConfig(sampleRate, channels).toString('hex')).toBe(hex);
    expect(parseAudioSpecificConfig(Buffer.from(hex, 'hex'))).toEqual({
      objectType: 2,
      sampleRate,
      channels,
    });
  });

  it('reads an explicit rate', () => {
    // 00010 1111 <24 bits: 44100> 0010 000
    const config = Buffer.from('1780562210', 'hex');
    expect(parseAudioSpecificConfig(config)).toEqual({ objectType: 2, sampleRate: 44100, channels: 2 });
  });

  it.each([
    ['f8e85000', 39, 44100, 2, 'AAC of object type 39'], // ELD: 11111 000111 0100 0010
    ['b990', 23, 48000, 2, 'AAC of object type 23'], // LD
    ['1214', 2, 44100, 2, 'AAC with frames of 960 samples'],
    ['1210', 2, 44100, 2, null],
    ['131056e598', 2, 24000, 2, null],
    ['2b118800', 5, 24000, 2, null],
    ['eb098800', 29, 24000, 1, null],
  ])('%s is object type %d', (hex, objectType, sampleRate, channels, unplayable) => {
    const config = Buffer.from(hex, 'hex');
    const parsed = parseAudioSpecificConfig(config)!;
    expect(parsed).toEqual({ objectType, sampleRate, channels });
    expect(unplayableAac(config, parsed)).toBe(unplayable);
  });

  it('gives null for what is malformed, and refuses what has no code', () => {
    for (const hex of ['', '12', '0000', '1780', '1690', 'f8e8', 'f8fe00'])
      expect(parseAudioSpecificConfig(Buffer.from(hex, 'hex'))).toBeNull();
    expect(() => buildAudioSpecificConfig(12345, 2)).toThrow(RangeError);
  });
});
