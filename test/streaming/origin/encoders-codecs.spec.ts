/** Encoders as they are: what they encode with H.264 and AAC that others don't. */
import type { ChannelSnapshot } from '../../../src/media/contract';
import { oddity } from '../../support/media/encoder-oddities';
import { EncoderTrials, judge, of, STREAM } from '../../support/media/encoder-trials';
import { markedStream } from '../../support/media/marked-stream';

let trials: EncoderTrials;
beforeAll(async () => void (trials = await EncoderTrials.start()));
afterAll(() => trials.stop());
beforeEach(() => trials.next());
afterEach(() => trials.leave());

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
/** Of x264, at 25 frames per second. */
const RECORDS = {
  'High 4:2:2, 10 bits':
    '017a001fffe1001a677a001fb6cd9405005bb011000003000100000300320f18319601000668ebe3cb22c0',
  'High 10': '016e001fffe1001a676e001fa6cd9405005bb011000003000100000300320f18319601000668ebe3cb22c0',
  'High 4:4:4': '01f4001effe1001b67f4001e919b281b07bc5f80880000030008000003019078b16cb001000568ebe3c448',
  interlaced: '01640028ffe1001a67640028acd94078044fde0220000003002000000643e2c5b2c001000668fba3cb22c0',
  'a VUI with all there is':
    '0142c01effe1002a6742c01ed900a02ff97ff00040005a50101014000003000400000300cb92000c3500186a930c01e2c5c901000568cb83cb20',
} as const;
const SIZES: Record<keyof typeof RECORDS, ChannelSnapshot['video']> = {
  'High 4:2:2, 10 bits': { width: 1280, height: 720, fps: 25 },
  'High 10': { width: 1280, height: 720, fps: 25 },
  'High 4:4:4': { width: 854, height: 480, fps: 25 },
  interlaced: { width: 1920, height: 1080, fps: 25 },
  'a VUI with all there is': { width: 640, height: 360, fps: 25 },
};

it.each(Object.keys(RECORDS) as (keyof typeof RECORDS)[])('%s goes out as it is', async (name) => {
  judge(await trials.seen({ odd: oddity.configured(hex(RECORDS[name])) }));
  expect(trials.told.map(({ video }) => video)).toContainEqual(expect.objectContaining(SIZES[name]!));
});

it.each<[string, string, number]>([
  ['AAC of 8 kHz, mono', '1588', 1024 / 8],
  ['AAC of 16 kHz', '1410', 1024 / 16],
  ['AAC of 96 kHz', '1010', 1024 / 96],
  ['AAC in 5.1', '11b0', 1024 / 48],
  ['AAC whose rate is written out', '17800bb810', 1024 / 6],
  ['HE-AAC that says so', '2b118800', 1024 / 24],
  ['HE-AAC that says so behind', '131056e598', 1024 / 24],
  ['HE-AAC that doesn’t say so', '1310', 1024 / 24],
  ['HE-AAC v2', 'eb098800', 1024 / 24],
])('%s goes out as it is', async (_, config, frameMs) => {
  const stream = markedStream(6, 1, { config: hex(config), frameMs });
  judge(await trials.seen({ stream }));
});

it('another picture size on the air: every picture comes, each with the configuration it belongs to', async () => {
  const seen = await trials.seen({ odd: oddity.configured(hex(RECORDS.interlaced), 3000) });
  const video = of(seen.units, 'video').filter(({ markMs }) => !Number.isNaN(markMs));
  const marks = (units: typeof video) => units.map(({ markMs }) => markMs).sort((a, b) => a - b);
  const pictures = STREAM.flatMap(({ type, at, body }) =>
    type === 9 && body[1] === 1 ? [at + body.readIntBE(2, 3)] : [],
  );
  expect(marks(video)).toEqual(pictures.sort((a, b) => a - b));
  expect(seen.hls).toEqual([]);
  expect(trials.told.map(({ video: size }) => size)).toContainEqual(
    expect.objectContaining(SIZES.interlaced!),
  );
});

it('sound that begins later: until then there is silence, and then all of it', async () => {
  const { units, hls } = await trials.seen({ odd: oddity.soundAfter(3500) });
  const sound = of(units, 'audio');
  const first = sound.findIndex(({ markMs }) => !Number.isNaN(markMs));
  expect(sound.slice(0, first).at(-1)!.dtsMs - sound[0]!.dtsMs).toBeGreaterThan(3000);
  // Its header waits for the next keyframe.
  expect(sound[first]!.markMs).toBeLessThan(4100);
  expect(sound.slice(first).every(({ markMs }) => !Number.isNaN(markMs))).toBe(true);
  expect(of(units, 'video').filter(({ markMs }) => !Number.isNaN(markMs))).toHaveLength(150);
  expect(hls).toEqual([]);
});

it('sound alone goes out as it is', async () => {
  const { units, hls } = await trials.seen({ odd: oddity.noVideo, headMs: 2500 });
  expect(of(units, 'video')).toEqual([]);
  const sound = of(units, 'audio');
  expect(new Set(sound.map(({ dtsMs, markMs }) => dtsMs - markMs)).size).toBe(1);
  expect(sound.at(-1)!.markMs - sound[0]!.markMs).toBeGreaterThan(3000);
  expect(hls).toEqual([]);
});
