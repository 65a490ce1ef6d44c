import { buildAudioSpecificConfig, parseAudioSpecificConfig } from './aac';

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

  it('gives null for what is malformed, and refuses what has no code', () => {
    for (const hex of ['', '12', '0000', '1780', '1690'])
      expect(parseAudioSpecificConfig(Buffer.from(hex, 'hex'))).toBeNull();
    expect(() => buildAudioSpecificConfig(12345, 2)).toThrow(RangeError);
  });
});
