/** That the rules of media find what breaks them. */
import { buildAudioSpecificConfig } from '../../../src/media/codec/audio/aac';
import { fragment, initSegment, type Fmp4Sample } from '../../../src/media/codec/fmp4/fmp4';
import type { CapturedPart } from '../../support/media/hls-capture';
import { brokenMedia, type MediaRule } from '../../support/media/hls-media-rules';
import { AVC_CONFIG } from '../../support/media/marked-stream';

const INIT = initSegment({
  video: { id: 1, timescale: 90_000, width: 16, height: 16, config: AVC_CONFIG },
  audio: {
    ...{ id: 2, timescale: 48_000, sampleRate: 48_000, channels: 2 },
    config: buildAudioSpecificConfig(48_000, 2),
  },
});
const FRAME = 3600;
const IDR = Buffer.from('0000000265ff', 'hex');
const SLICE = Buffer.from('0000000241ff', 'hex');

interface Made {
  trackId?: number;
  samples?: (sample: Fmp4Sample, index: number) => Fmp4Sample;
  /** Ticks between this part and the one before. */
  late?: number;
  part?: Partial<CapturedPart>;
  init?: Buffer;
}

/** Two parts of five pictures each; what is odd is odd in the second. */
function broken({
  trackId = 1,
  samples = (one) => one,
  late = 0,
  part = {},
  init = INIT,
}: Made = {}): MediaRule[] {
  const made = [0, 1].map((n): CapturedPart => {
    const all = Array.from({ length: 5 }, (_, i): Fmp4Sample => {
      const sync = i === 0;
      const sample = { duration: FRAME, compositionOffset: 0, sync, data: sync ? IDR : SLICE };
      return n === 1 ? samples(sample, i) : sample;
    });
    const video = { trackId: n === 1 ? trackId : 1, baseTime: n * (5 * FRAME + late), samples: all };
    const audio = {
      ...{ trackId: 2, baseTime: n * 9600 },
      samples: [{ duration: 9600, compositionOffset: 0, sync: true, data: Buffer.alloc(9) }],
    };
    return {
      ...{ uri: `p${n}`, map: 'i', durationMs: 200, independent: true, discontinuity: false, arrivedAt: 0 },
      bytes: fragment(n, [video, audio]),
      ...(n === 1 ? part : {}),
    };
  });
  const found = brokenMedia([{ map: 'i', bytes: Buffer.alloc(0), parts: made }], new Map([['i', init]]));
  return [...new Set(found.map(({ rule }) => rule))];
}

it('nothing is found where nothing is wrong', () => expect(broken()).toEqual([]));

it.each<[MediaRule, string, Made]>([
  ['malformed', 'a track that isn’t announced', { trackId: 3 }],
  ['malformed', 'bytes that are cut off', { part: { bytes: fragment(1, []).subarray(0, 20) } }],
  [
    'malformed',
    'an initialisation segment without tracks',
    { init: initSegment({ video: null, audio: null }) },
  ],
  ['keyframe', 'a picture that isn’t said to be one', { samples: (one) => ({ ...one, sync: false }) }],
  ['keyframe', 'a slice in its place', { samples: (one) => ({ ...one, data: SLICE }) }],
  ['hole', 'pictures that come later', { late: 90 }],
  ['hole', 'pictures that come sooner', { late: -90 }],
  ['duration', 'a part that is longer than said', { part: { durationMs: 140 } }],
  [
    'empty',
    'a picture without bytes',
    { samples: (one, i) => (i ? { ...one, data: Buffer.alloc(0) } : one) },
  ],
])('“%s” is found: %s', (rule, _, made) => expect(broken(made)).toEqual([rule]));
