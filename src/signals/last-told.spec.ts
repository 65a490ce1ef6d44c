import { LastTold } from './last-told';

describe('LastTold', () => {
  it('knows the last of each, also when it changes back', () => {
    const told = new LastTold(10);
    const news = [1, 1, 2, 1].map((n) => told.isNews('a', { n }));
    expect([...news, told.isNews('b', { n: 1 })]).toEqual([true, false, true, true, true]);
  });

  it('remembers so many, those that were told lately', () => {
    const told = new LastTold(2);
    for (const id of ['a', 'b', 'a', 'c']) told.isNews(id, {});
    expect(['a', 'c', 'b'].map((id) => told.isNews(id, {}))).toEqual([false, false, true]);
  });
});
