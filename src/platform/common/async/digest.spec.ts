import { Digest } from './digest';

describe('Digest', () => {
  let told: string[];
  let digest: Digest<string>;
  beforeEach(() => {
    jest.useFakeTimers();
    told = [];
    digest = new Digest(1000, (subject, news) => void told.push(`${subject}: ${news}`));
  });
  afterEach(() => jest.useRealTimers());
  const add = (subject: string, word: string) =>
    digest.add(subject, (waiting) => (waiting === undefined ? word : `${waiting} ${word}`));

  it('tells the first at once, and what comes meanwhile together, of each subject by itself', () => {
    for (const word of ['one', 'two', 'three']) add('a', word);
    add('b', 'else');
    expect(told).toEqual(['a: one', 'b: else']);
    jest.advanceTimersByTime(1000);
    expect(told.slice(2)).toEqual(['a: two three']);
    add('a', 'four');
    jest.advanceTimersByTime(999);
    expect(told).toHaveLength(3);
    jest.advanceTimersByTime(1);
    expect(told.slice(3)).toEqual(['a: four']);
  });

  it('holds nothing of a subject that is quiet, and tells at once again', () => {
    add('a', 'one');
    jest.advanceTimersByTime(1000);
    expect(jest.getTimerCount()).toBe(0);
    add('a', 'two');
    expect(told).toEqual(['a: one', 'a: two']);
  });

  it('tells the last at its end', async () => {
    add('a', 'one');
    add('a', 'two');
    await digest.close();
    expect(told).toEqual(['a: one', 'a: two']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
