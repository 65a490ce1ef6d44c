/** That the rules find what breaks them, one at a time, in a playlist that breaks none. */
import { parsePlaylist } from '../../support/media/hls-playlist';
import { brokenRules, type Rule } from '../../support/media/hls-rules';

interface Changes {
  head?: string[];
  /** Of the first segment in the list, and how many there are. */
  from?: number;
  count?: number;
  /** Whole text of a segment, by its number. */
  segment?: (number: number, text: string) => string;
  hint?: string;
  tail?: string;
  discontinuities?: number;
}

const HEAD = [
  '#EXT-X-VERSION:9',
  '#EXT-X-TARGETDURATION:2',
  '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.5',
  '#EXT-X-PART-INF:PART-TARGET=0.5',
];

const segmentText = (n: number): string => {
  const parts = [0, 1, 2, 3].map(
    (i) => `#EXT-X-PART:DURATION=0.500,URI="p${n}.${i}"${i === 0 ? ',INDEPENDENT=YES' : ''}`,
  );
  const date = `#EXT-X-PROGRAM-DATE-TIME:${new Date(n * 2000).toISOString()}`;
  return [date, ...parts, '#EXTINF:2.000,', `s${n}.mp4`].join('\n');
};

function playlist(changes: Changes = {}): string {
  const { head = HEAD, from = 1, count = 4, segment = (_, text) => text, discontinuities = 0 } = changes;
  const { hint = `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p${from + count}.0"`, tail = '' } = changes;
  const segments = Array.from({ length: count }, (_, i) => segment(from + i, segmentText(from + i)));
  const numbers = [
    `#EXT-X-MEDIA-SEQUENCE:${from}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuities}`,
    '#EXT-X-MAP:URI="i1.mp4"',
  ];
  return ['#EXTM3U', ...head, ...numbers, ...segments, tail, hint].join('\n');
}

const broken = (...texts: string[]): Rule[] => [
  ...new Set(brokenRules(texts.map(parsePlaylist)).map(({ rule }) => rule)),
];
const withHead = (from: string, to: string): string =>
  playlist({ head: HEAD.map((line) => line.replace(from, to)) });
/** A change of the third segment. */
const third = (change: (text: string) => string, changes: Changes = {}): string =>
  playlist({ ...changes, segment: (n, text) => (n === 3 ? change(text) : text) });
const discontinuous = (text: string): string => `#EXT-X-DISCONTINUITY\n${text}`;
const otherMap = (text: string): string => `#EXT-X-MAP:URI="i3.mp4"\n${text}`;
/** Without its parts. */
const bare = (text: string): string => text.replace(/#EXT-X-PART:.*\n/g, '');
/** What is open: a segment that isn't complete. */
const open = (...parts: string[]): string =>
  [
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(10_000).toISOString()}`,
    ...parts.map((uri) => `#EXT-X-PART:DURATION=0.5,URI="${uri}",INDEPENDENT=YES`),
  ].join('\n');
const hinted = (uri: string): string => `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${uri}"`;

it.each<[string, string[]]>([
  ['one playlist', [playlist()]],
  ['that goes on', [playlist(), playlist({ from: 2 }), playlist({ from: 4 })]],
  [
    'part by part',
    [
      playlist({ hint: hinted('p5.0') }),
      playlist({ tail: open('p5.0'), hint: hinted('p5.1') }),
      playlist({ tail: open('p5.0', 'p5.1'), hint: hinted('p5.2') }),
    ],
  ],
  ['a discontinuity with another initialisation segment', [third((text) => discontinuous(otherMap(text)))]],
  [
    'one that leaves the playlist',
    [third(discontinuous), playlist({ from: 4, discontinuities: 1, head: HEAD })],
  ],
  ['its end', [playlist(), playlist({ hint: '#EXT-X-ENDLIST' })]],
  ['old segments without parts', [playlist({ count: 8, segment: (n, text) => (n > 4 ? text : bare(text)) })]],
])('nothing is found in %s', (_, texts) => expect(broken(...texts)).toEqual([]));

it.each<[Rule, string[]]>([
  ['version', [withHead('VERSION:9', 'VERSION:3')]],
  [
    'target-duration',
    [playlist({ segment: (n, text) => (n < 4 ? text : bare(text).replace('2.000', '2.6')) })],
  ],
  ['part-target', [withHead('PART-TARGET=0.5', 'PART-TARGET=0.49')]],
  [
    'part-short',
    [third((text) => text.replace('DURATION=0.500', 'DURATION=0.400').replace('2.000', '1.900'))],
  ],
  ['part-sum', [third((text) => text.replace('DURATION=0.500', 'DURATION=0.450'))]],
  ['independent', [third((text) => text.replace(',INDEPENDENT=YES', ''))]],
  ['hold-back', [withHead('HOLD-BACK=1.5', 'HOLD-BACK=1.4')]],
  ['block-reload', [withHead('CAN-BLOCK-RELOAD=YES,', '')]],
  ['skip-until', [withHead('BACK=1.5', 'BACK=1.5,CAN-SKIP-UNTIL=11')]],
  [
    'skip-boundary',
    [
      playlist({
        head: [
          ...HEAD.map((line) => line.replace('BACK=1.5', 'BACK=1.5,CAN-SKIP-UNTIL=12')),
          '#EXT-X-SKIP:SKIPPED-SEGMENTS=1',
        ],
      }),
    ],
  ],
  ['preload-hint', [playlist({ hint: '' })]],
  ['preload-hint', [playlist({ tail: '#EXT-X-ENDLIST' })]],
  ['map', [third(otherMap)]],
  ['date', [third((text) => text.replace('00:00:06', '00:00:07'))]],
  ['discontinuities', [playlist({ segment: (_, text) => discontinuous(text) })]],
  ['target-changed', [playlist(), withHead('TARGETDURATION:2', 'TARGETDURATION:3')]],
  ['target-changed', [playlist(), withHead('PART-TARGET=0.5', 'PART-TARGET=0.51').replace('1.5', '1.53')]],
  ['sequence-back', [playlist({ from: 2 }), playlist()]],
  ['discontinuity-sequence', [third(discontinuous), playlist({ from: 4 })]],
  ['discontinuity-sequence', [playlist(), playlist({ from: 2, discontinuities: 1 })]],
  ['segment-changed', [playlist(), third((text) => text.replace('s3.mp4', 't3.mp4'))]],
  ['part-changed', [playlist(), third((text) => text.replace('p3.1', 'q3.1'))]],
  ['part-removed', [playlist(), third(bare)]],
  ['window', [playlist(), playlist({ from: 3, count: 2 })]],
  ['hint-unfulfilled', [playlist({ hint: hinted('p5.0') }), playlist({ tail: open('p6.0') })]],
  ['came-back', [playlist({ hint: '#EXT-X-ENDLIST' }), playlist()]],
])('“%s” is found', (rule, texts) => expect(broken(...texts)).toEqual([rule]));
