import type { MediaUnit } from '../../stream';
import { LeadIn } from './lead-in';

const CONFIG = Buffer.from([1]);
const data = Buffer.alloc(100);
const videoConfig: MediaUnit = { kind: 'video-config', dtsMs: 0, config: CONFIG };
const audioConfig: MediaUnit = { kind: 'audio-config', dtsMs: 0, config: CONFIG };
const picture = (dtsMs: number, ptsMs = dtsMs): MediaUnit => ({
  ...{ kind: 'video', dtsMs, ptsMs, keyframe: dtsMs === 0, data },
});
const sound = (dtsMs: number): MediaUnit => ({ kind: 'audio', dtsMs, data });

let passed: MediaUnit[];
let leadIn: LeadIn;
beforeEach(() => {
  passed = [];
  leadIn = new LeadIn((unit) => passed.push(unit));
});
const write = (...units: MediaUnit[]): void => units.forEach((unit) => leadIn.write(unit));

describe('the lead-in of a stream', () => {
  it.each<[string, MediaUnit[], MediaUnit, (() => void)?]>([
    ['both tracks are there', [videoConfig, audioConfig], picture(0)],
    ['both tracks are there, sound last', [videoConfig, picture(0), picture(40)], audioConfig],
    [
      'sound is announced to be none',
      [videoConfig],
      picture(0),
      () => leadIn.announce({ audio: false, video: true }),
    ],
    [
      'pictures are announced to be none',
      [],
      audioConfig,
      () => leadIn.announce({ audio: true, video: false }),
    ],
    ['no sound has come for 500 ms', [videoConfig, picture(0), picture(499)], picture(500)],
    ['no picture has come for 500 ms', [audioConfig, sound(0), sound(490)], sound(510)],
  ])('ends when %s', (_, before, last, announce) => {
    announce?.();
    write(...before);
    expect(passed).toEqual([]);
    write(last);
    expect(passed).toEqual([...before, last]);
    write(sound(20));
    expect(passed.at(-1)).toEqual(sound(20));
  });

  it('is bounded for clocks that stand still', () => {
    for (let i = 0; i < 1000; i++) write(picture(0));
    expect(passed).toHaveLength(1000);
  });

  it('moves the DTS of all pictures, once, where some are to be shown before theirs', () => {
    write(videoConfig, audioConfig);
    const cts = (i: number): number => (i === 0 ? -160 : i % 3 === 1 ? -80 : -200);
    for (let i = 0; i < 30; i++) write(picture(i * 40, i * 40 + cts(i)), sound(i * 40));
    const pictures = passed.filter((unit) => unit.kind === 'video');
    expect(pictures.map(({ dtsMs }) => dtsMs)).toEqual(pictures.map((_, i) => i * 40 - 200));
    expect(pictures.map(({ ptsMs }) => ptsMs)).toEqual(pictures.map((_, i) => i * 40 + cts(i)));
    expect(passed.filter((unit) => unit.kind === 'audio').map(({ dtsMs }) => dtsMs)).toEqual(
      pictures.map((_, i) => i * 40),
    );
  });
});
