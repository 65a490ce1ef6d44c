import { SyntheticCamera, SyntheticMicrophone } from './synthetic-media';

describe('SyntheticCamera', () => {
  it('gives Annex B access units with a keyframe at every GOP', () => {
    const camera = new SyntheticCamera({
      picture: 'testsrc2',
      width: 160,
      height: 120,
      fps: 15,
      gop: 5,
      bitrate: 100_000,
    });
    const units = Array.from({ length: 11 }, () => camera.next());
    camera.close();
    expect(units.map((u, i) => u.keyframe === (i % 5 === 0))).not.toContain(false);
    // A keyframe begins with its parameter sets: start code, then NAL type 7 (SPS).
    const first = units[0]!.data;
    expect(first[first.indexOf(1) + 1]! & 0x1f).toBe(7);
  });
});

describe('SyntheticMicrophone', () => {
  it('gives AAC with its configuration, and Opus packets', () => {
    const aac = new SyntheticMicrophone('aac', 440);
    expect(aac.next().data.length).toBeGreaterThan(0);
    expect(aac.config.subarray(0, 2)).toEqual(Buffer.from([0x11, 0x90])); // AAC-LC, 48 kHz, stereo
    aac.close();
    const opus = new SyntheticMicrophone('opus', 440);
    expect(opus.next().data.length).toBeGreaterThan(2);
    opus.close();
  });
});
