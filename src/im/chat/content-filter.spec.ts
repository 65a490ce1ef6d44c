import { WordListFilter } from './content-filter';

const filter = new WordListFilter({ IM_BLOCKED_WORDS: ['ass', 'Buy now', '傻瓜', 'c++', 'été'] });

describe('the word list', () => {
  it.each([
    ['you ass'],
    ['ASS!'],
    ['ａｓｓ'],
    ['a\u200bss'],
    ['buy  NOW, please'],
    ['你真是傻瓜啊'],
    ['c++ rocks'],
    ['e\u0301te\u0301'],
  ])('refuses %j', (text) => expect(filter.allows({ text })).toBe(false));

  it.each([['first class'], ['assess'], ['buy it now'], ['傻得像瓜'], ['c'], ['cc'], ['été2']])(
    'lets %j pass',
    (text) => expect(filter.allows({ text })).toBe(true),
  );

  it('is empty by default, and lets everything pass', () => {
    expect(new WordListFilter({ IM_BLOCKED_WORDS: [] }).allows({ text: 'ass' })).toBe(true);
    expect(new WordListFilter({ IM_BLOCKED_WORDS: [' ', '\u200b'] }).allows({ text: 'x' })).toBe(true);
  });
});
