import type { MixOutput } from '../../../contracts';
import { seated } from '../../../../test/support/fixtures/seated';
import { mixOutput, mixScene, mixSeats } from './mix-scene';

describe('mixSeats', () => {
  const members = [seated(2), seated(0, 'invited'), seated(1, 'invited'), seated(3, 'left')];

  it('holds everybody who is expected while the mix is yet to come up', () => {
    expect(mixSeats('connecting', members).map((s) => s.seat)).toEqual([0, 1, 2]);
  });

  it('holds those who are there once it is live, and always the host', () => {
    expect(mixSeats('live', members).map((s) => s.seat)).toEqual([0, 2]);
    expect(mixSeats('ending', [seated(0, 'left'), seated(1)]).map((s) => s.seat)).toEqual([1]);
  });

  it('says what may be heard and seen, and nothing else', () => {
    expect(mixSeats('live', [seated(1, 'on-air', { audio: false, gain: 1.5 })])).toEqual([
      { userId: 'u1', name: 'U1', seat: 1, audio: false, video: true, gain: 1.5 },
    ]);
  });
});

describe('the scene of a mix', () => {
  const layout = { kind: 'grid', fit: 'fit', background: '#101418' } as const;

  it('has the people of a session that is alone in its own layout', () => {
    const scene = mixScene({ state: 'live', layout }, [seated(0), seated(1, 'left')], null);
    expect(scene).toEqual({ layout, seats: mixSeats('live', [seated(0)]) });
  });

  it('of a pair shows each channel its own people on the left, with the seats of both as they are', () => {
    const others = [{ ...seated(0), userId: 'rival' }];
    const { seats } = mixScene({ state: 'live', layout }, [seated(0), seated(2)], others);
    expect(seats.map(({ userId, seat, side }) => [userId, seat, side])).toEqual([
      ['u0', 0, 'left'],
      ['u2', 2, 'left'],
      ['rival', 0, 'right'],
    ]);
  });

  it('of a pair is side by side, in the looks of the own layout', () => {
    const rects = [{ seat: 0, x: 0, y: 0, width: 1, height: 1, z: 0, fit: 'fit' as const }];
    const custom = { ...layout, kind: 'custom' as const, rects };
    expect(mixScene({ state: 'live', layout: custom }, [seated(0)], []).layout).toEqual({
      kind: 'side-by-side',
      fit: 'fit',
      background: '#101418',
    });
  });
});

describe('mixOutput', () => {
  const channel: MixOutput = {
    width: 1280,
    height: 720,
    fps: 25,
    gop: 50,
    videoBitrate: 2_000_000,
    audioBitrate: 128_000,
  };

  it("follows the host's picture, with a GOP as long in seconds", () => {
    expect(mixOutput(channel, { width: 640, height: 360, fps: 30 })).toEqual({
      ...channel,
      width: 640,
      height: 360,
      fps: 30,
      gop: 60,
    });
  });

  it('follows a portrait picture, and a broken rate to the next whole one', () => {
    expect(mixOutput(channel, { width: 720, height: 1280, fps: 29.97 })).toMatchObject({
      height: 1280,
      fps: 30,
    });
  });

  it('keeps its rate where the host has told none or nonsense', () => {
    expect(mixOutput(channel, { width: 640, height: 360, fps: 0 })).toMatchObject({
      width: 640,
      fps: 25,
      gop: 50,
    });
    expect(mixOutput(channel, { width: 640, height: 360, fps: 1000 })).toMatchObject({ fps: 25 });
  });

  it("follows the host's colours, whatever their size, unless the channel has its own", () => {
    const host = { width: 3840, height: 2160, fps: 25, colour: 'bt601' as const };
    expect(mixOutput(channel, host)).toEqual({ ...channel, colour: 'bt601' });
    expect(mixOutput({ ...channel, colour: 'bt709' }, host)).toEqual({ ...channel, colour: 'bt709' });
    expect(mixOutput(channel, { width: 640, height: 360, fps: 25 })).not.toHaveProperty('colour');
  });

  it.each([
    ['nothing is known', null],
    ['odd', { width: 641, height: 360, fps: 25 }],
    ['tiny', { width: 160, height: 120, fps: 25 }],
    ['huge', { width: 3840, height: 2160, fps: 25 }],
    ['no number', { width: Number.NaN, height: 360, fps: 25 }],
  ])('stays as the channel has it when the picture is %s', (_, host) => {
    expect(mixOutput(channel, host)).toEqual(channel);
  });
});
