import { AUDIO_TRACK_ID, fragment, initSegment, VIDEO_TIMESCALE, VIDEO_TRACK_ID } from './fmp4';

/** A decoder configuration that x264 made. */
const AVC = Buffer.from(
  '0164001fffe1001a6764001facd9405005bb011000000300100000030320f183196001000668ebe3cb22c0',
  'hex',
);
const AAC = Buffer.from('1190', 'hex');
const video = { id: VIDEO_TRACK_ID, timescale: VIDEO_TIMESCALE, width: 1280, height: 720, config: AVC };
const audio = { id: AUDIO_TRACK_ID, timescale: 48000, sampleRate: 48000, channels: 2, config: AAC };

interface Box {
  type: string;
  content: Buffer;
}

/** The boxes that fill `bytes` exactly. */
function boxesIn(bytes: Buffer): Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = bytes.readUInt32BE(at);
    expect(size).toBeGreaterThanOrEqual(8);
    expect(at + size).toBeLessThanOrEqual(bytes.length);
    boxes.push({
      type: bytes.toString('latin1', at + 4, at + 8),
      content: bytes.subarray(at + 8, at + size),
    });
    at += size;
  }
  return boxes;
}

/** The content of a box by its path. */
function find(bytes: Buffer, ...path: string[]): Buffer[] {
  const [type, ...rest] = path;
  const found = boxesIn(bytes)
    .filter((box) => box.type === type)
    .map(({ content }) => content);
  return rest.length === 0 ? found : found.flatMap((content) => find(content, ...rest));
}

describe('fragmented MP4', () => {
  it('has the decoder configurations in the initialisation segment', () => {
    const init = initSegment({ video, audio });
    expect(boxesIn(init).map(({ type }) => type)).toEqual(['ftyp', 'moov']);
    const entries = find(init, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd').map((table) =>
      table.subarray(8),
    );
    expect(entries.map((entry) => boxesIn(entry)[0]!.type)).toEqual(['avc1', 'mp4a']);
    const avc1 = boxesIn(entries[0]!)[0]!.content;
    expect([avc1.readUInt16BE(24), avc1.readUInt16BE(26)]).toEqual([1280, 720]);
    expect(find(avc1.subarray(78), 'avcC')).toEqual([AVC]);
    expect(find(boxesIn(entries[1]!)[0]!.content.subarray(28), 'esds')[0]!.includes(AAC)).toBe(true);
    expect(find(init, 'moov', 'mvex', 'trex').map((trex) => trex.readUInt32BE(4))).toEqual([1, 2]);
    const timescales = find(init, 'moov', 'trak', 'mdia', 'mdhd').map((mdhd) => mdhd.readUInt32BE(12));
    expect(timescales).toEqual([90_000, 48_000]);
  });

  it.each([
    [{ video, audio: null }, ['vide']],
    [{ video: null, audio }, ['soun']],
  ])('has either track alone', (tracks, handlers) => {
    const found = find(initSegment(tracks), 'moov', 'trak', 'mdia', 'hdlr');
    expect(found.map((hdlr) => hdlr.toString('latin1', 8, 12))).toEqual(handlers);
  });

  it('puts each track’s samples where its run says', () => {
    const sample = (text: string, sync = true) => ({
      duration: 3600,
      compositionOffset: 7200,
      sync,
      data: Buffer.from(text),
    });
    const bytes = fragment(7, [
      { trackId: 1, baseTime: 2 ** 33 + 5, samples: [sample('KEY'), sample('delta', false)] },
      { trackId: 2, baseTime: 96_000, samples: [sample('sound')] },
    ]);
    expect(boxesIn(bytes).map(({ type }) => type)).toEqual(['moof', 'mdat']);
    expect(find(bytes, 'moof', 'mfhd')[0]!.readUInt32BE(4)).toBe(7);
    const times = find(bytes, 'moof', 'traf', 'tfdt').map((tfdt) => Number(tfdt.readBigUInt64BE(4)));
    expect(times).toEqual([2 ** 33 + 5, 96_000]);
    const [first, second] = find(bytes, 'moof', 'traf', 'trun');
    const offset = first!.readUInt32BE(8);
    expect(bytes.toString('latin1', offset, offset + 8)).toBe('KEYdelta');
    expect(bytes.toString('latin1', second!.readUInt32BE(8))).toBe('sound');
    const fields = [0, 1].map((i) => [0, 4, 8, 12].map((at) => first!.readUInt32BE(12 + i * 16 + at)));
    expect(fields).toEqual([
      [3600, 3, 0x02000000, 7200],
      [3600, 5, 0x01010000, 7200],
    ]);
  });
});
