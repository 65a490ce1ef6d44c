import { isHeard, place } from './scene';

it('crops to the tile or fits into it', () => {
  const tile = { x: 100, y: 0, width: 200, height: 200 };
  expect(place({ width: 640, height: 320 }, tile, 'crop')).toEqual({
    from: { x: 160, y: 0, width: 320, height: 320 },
    to: tile,
  });
  expect(place({ width: 640, height: 320 }, tile, 'fit')).toEqual({
    from: { x: 0, y: 0, width: 640, height: 320 },
    to: { x: 100, y: 50, width: 200, height: 100 },
  });
});

it('hears who may be heard and sends sound', () => {
  const seat = { audio: true, gain: 1 };
  const track = { enabled: true, readyState: 'live' } as const;
  expect(isHeard(seat, [track])).toBe(true);
  expect(isHeard(seat, [])).toBe(false);
  expect(isHeard({ ...seat, audio: false }, [track])).toBe(false);
  expect(isHeard({ ...seat, gain: 0 }, [track])).toBe(false);
  expect(isHeard(seat, [{ ...track, enabled: false }])).toBe(false);
  expect(isHeard(seat, [{ ...track, readyState: 'ended' }])).toBe(false);
});
