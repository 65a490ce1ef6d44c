import { colourOfUser, initialsOf } from './initials';

describe('initialsOf', () => {
  it.each<[string, string | null]>([
    ['Anna', 'A'],
    ['anna', 'A'],
    ['Anna-Sophia of Hohenstein', 'AH'],
    ['  Anna   Berg ', 'AB'],
    ['Élodie', 'É'],
    // A letter and its accent are one character.
    ['e\u0301lodie', 'E\u0301'],
    ['ßabine', 'ß'],
    ['Привет мир', 'ПМ'],
    ['小明', '小明'],
    ['张小明', '小明'],
    ['张 小明', '小明'],
    ['王', '王'],
    ['小明 Ming', '小明'],
    ['Lily小鱼', 'L'],
    ['김민수', '민수'],
    ['🎤 Anna', 'A'],
    ['🎤', '🎤'],
    ['👨‍👩‍👧 🎤', '👨‍👩‍👧'],
    ['7 of 9', '79'],
    ['@anna', 'A'],
    ['???', '?'],
    ['', null],
    [' \u3000 ', null],
  ])('%p is %p', (name, expected) => expect(initialsOf(name)).toBe(expected));
});

describe('colourOfUser', () => {
  it('is always the same for one, and not for all', () => {
    const users = Array.from({ length: 60 }, (_, index) => `user-${index}`);
    expect(users.map(colourOfUser)).toEqual(users.map(colourOfUser));
    expect(new Set(users.map(colourOfUser)).size).toBeGreaterThan(9);
  });

  it('is dark enough for white letters (WCAG 2.2, 1.4.3: 4.5 to 1)', () => {
    for (let index = 0; index < 200; index++) {
      const colour = colourOfUser(`user-${index}`);
      const linear = [1, 3, 5].map((from) => {
        const part = parseInt(colour.slice(from, from + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      const luminance = 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
      expect({ colour, contrast: 1.05 / (luminance + 0.05) >= 4.5 }).toEqual({ colour, contrast: true });
    }
  });
});
