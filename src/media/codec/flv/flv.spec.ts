import {
  aacConfigBody,
  aacFrameBody,
  avcConfigBody,
  avcFrameBody,
  FlvReader,
  flvHeader,
  flvTag,
  FLV_AUDIO,
  FLV_VIDEO,
  parseFlvAudio,
  parseFlvVideo,
} from './flv';

describe('FLV', () => {
  it('splits tags, cut at any byte', () => {
    const tags = [
      flvTag(FLV_VIDEO, 0x12345678, Buffer.from('picture')),
      flvTag(FLV_AUDIO, 20, Buffer.from('sound')),
    ];
    const bytes = Buffer.concat([flvHeader(true, true), ...tags]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new FlvReader();
      const read = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      expect(read.map(({ type, timestampMs, body }) => [type, timestampMs, body.toString()])).toEqual([
        [FLV_VIDEO, 0x12345678, 'picture'],
        [FLV_AUDIO, 20, 'sound'],
      ]);
    }
  });

  it('refuses what is not FLV', () => {
    expect(() => new FlvReader().push(Buffer.alloc(20))).toThrow('not an FLV stream');
  });

  it('reads the bodies it writes', () => {
    const data = Buffer.from([1, 2, 3]);
    expect(parseFlvVideo(avcConfigBody(data))).toEqual({ kind: 'config', config: data });
    const frame = { kind: 'frame', keyframe: true, compositionMs: -40, data };
    expect(parseFlvVideo(avcFrameBody(true, -40, data))).toEqual(frame);
    expect(parseFlvAudio(aacConfigBody(data))).toEqual({ kind: 'config', config: data });
    expect(parseFlvAudio(aacFrameBody(data))).toEqual({ kind: 'frame', data });
  });

  it('names other codecs', () => {
    expect(parseFlvVideo(Buffer.from([0x12, 0]))).toEqual({ kind: 'other', codec: 'Sorenson H.263' });
    expect(parseFlvVideo(Buffer.from('\x90hvc1', 'latin1'))).toEqual({
      kind: 'other',
      codec: 'HEVC (H.265)',
    });
    expect(parseFlvAudio(Buffer.from([0x2f, 0]))).toEqual({ kind: 'other', codec: 'MP3' });
    expect(parseFlvVideo(Buffer.alloc(0))).toBeNull();
    expect(parseFlvAudio(Buffer.from([0xaf]))).toBeNull();
  });
});
