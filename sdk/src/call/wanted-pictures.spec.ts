import type { WantedPicture } from '../contracts';
import { WantedPictures } from './wanted-pictures';

const picture = (userId: string, height: number): WantedPicture => ({ userId, height });

describe('WantedPictures', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells the largest of all places, once things have settled, and only what changed', () => {
    const told: WantedPicture[][] = [];
    const wanted = new WantedPictures((pictures) => told.push(pictures));
    wanted.show('tiles', [picture('a', 100)]);
    wanted.show('tiles', [picture('a', 120), picture('b', 90)]);
    wanted.show('mix', [picture('b', 720)]);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(200);
    const both = [
      { userId: 'a', height: 120 },
      { userId: 'b', height: 720 },
    ];
    expect(told).toEqual([both]);
    expect(wanted.now).toEqual(both);
    wanted.show('tiles', [picture('b', 95), picture('a', 120)]);
    jest.advanceTimersByTime(200);
    expect(told).toHaveLength(1);
    wanted.show('mix', []);
    jest.advanceTimersByTime(200);
    expect(told[1]).toEqual([both[0], { userId: 'b', height: 95 }]);
    wanted.show('tiles', []);
    wanted.close();
    jest.advanceTimersByTime(200);
    expect(told).toHaveLength(2);
  });

  it('tells a screen apart from the camera of the same user', () => {
    const told: WantedPicture[][] = [];
    const wanted = new WantedPictures((pictures) => told.push(pictures));
    wanted.show('tiles', [picture('a', 100), { ...picture('a', 700), source: 'screen' }]);
    jest.advanceTimersByTime(200);
    expect(told).toEqual([[picture('a', 100), { ...picture('a', 700), source: 'screen' }]]);
  });
});
