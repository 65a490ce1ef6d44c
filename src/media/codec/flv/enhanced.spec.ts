import { parseFlvAudio, parseFlvVideo } from './flv';

const bytes = (head: number[], fourCc: string, ...rest: number[]): Buffer =>
  Buffer.concat([Buffer.from(head), Buffer.from(fourCc), Buffer.from(rest)]);

describe('enhanced RTMP', () => {
  it('brings H.264 with its composition time, without one, and its header', () => {
    const frame = { kind: 'frame', keyframe: true, data: Buffer.from([7]) };
    expect(parseFlvVideo(bytes([0x90], 'avc1', 1, 2))).toEqual({
      kind: 'config',
      config: Buffer.from([1, 2]),
    });
    expect(parseFlvVideo(bytes([0x91], 'avc1', 0xff, 0xff, 0xd8, 7))).toEqual({
      ...frame,
      compositionMs: -40,
    });
    expect(parseFlvVideo(bytes([0x93], 'avc1', 7))).toEqual({ ...frame, compositionMs: 0 });
    expect(parseFlvVideo(bytes([0xa3], 'avc1', 7))).toEqual({ ...frame, keyframe: false, compositionMs: 0 });
    expect(parseFlvVideo(bytes([0x92], 'avc1'))).toEqual({ kind: 'end' });
  });

  it('brings AAC', () => {
    expect(parseFlvAudio(bytes([0x90], 'mp4a', 18, 16))).toEqual({
      kind: 'config',
      config: Buffer.from([18, 16]),
    });
    expect(parseFlvAudio(bytes([0x91], 'mp4a', 7))).toEqual({ kind: 'frame', data: Buffer.from([7]) });
  });

  it('skips modifiers of whatever length', () => {
    const frame = { kind: 'frame', data: Buffer.from([7]) };
    expect(parseFlvAudio(bytes([0x97, 2, 1, 2, 3, 0x01], 'mp4a', 7))).toEqual(frame);
    const long = [0x97, 255, 0x01, 0x2b, ...new Array<number>(300).fill(0), 0x01];
    expect(parseFlvAudio(bytes(long, 'mp4a', 7))).toEqual(frame);
  });

  it('says nothing in commands, metadata and what is too short', () => {
    for (const body of [
      bytes([0xd0], '', 1),
      bytes([0x94], 'avc1', 1),
      bytes([0x91], 'avc1', 1),
      bytes([0x97, 9], ''),
    ])
      expect(parseFlvVideo(body)).toBeNull();
    for (const body of [bytes([0x92], 'mp4a'), bytes([0x91], 'mp'), bytes([0x97, 255, 1], '')])
      expect(parseFlvAudio(body)).toBeNull();
  });

  it.each([
    ['hvc1', 'HEVC (H.265)'],
    ['av01', 'AV1'],
    ['\u0000\u0001ab', 'codec 0x00016162'],
  ])('names other codecs: %j', (fourCc, codec) => {
    expect(parseFlvVideo(bytes([0x90], fourCc))).toEqual({ kind: 'other', codec });
    expect(parseFlvVideo(bytes([0x96], fourCc))).toEqual({ kind: 'other', codec: 'several video tracks' });
    expect(parseFlvAudio(bytes([0x95], fourCc))).toEqual({ kind: 'other', codec: 'several audio tracks' });
  });
});
