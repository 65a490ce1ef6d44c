import type { WantedPicture } from '../contracts';
import { WantedPictures } from './wanted-pictures';

describe('WantedPictures', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells the largest of all places, once things have settled, and only what changed', () => {
    const told: WantedPicture[][] = [];
    const wanted = new WantedPictures((pictures) => told.push(pictures));
    wanted.show('tiles', new Map([['a', 100]]));
    wanted.show('tiles', new Map(Object.entries({ a: 120, b: 90 })));
    wanted.show('mix', new Map([['b', 720]]));
    expect(told).toEqual([]);
    jest.advanceTimersByTime(200);
    const both = [
      { userId: 'a', height: 120 },
      { userId: 'b', height: 720 },
    ];
    expect(told).toEqual([both]);
    expect(wanted.now).toEqual(both);
    wanted.show('tiles', new Map(Object.entries({ a: 120, b: 95 })));
    jest.advanceTimersByTime(200);
    expect(told).toHaveLength(1);
    wanted.show('mix', new Map());
    jest.advanceTimersByTime(200);
    expect(told[1]).toEqual([both[0], { userId: 'b', height: 95 }]);
    wanted.show('tiles', new Map());
    wanted.close();
    jest.advanceTimersByTime(200);
    expect(told).toHaveLength(2);
  });
});
