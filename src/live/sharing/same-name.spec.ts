import { isSameName } from './same-name';

describe('isSameName', () => {
  it.each([
    ['Ann', 'Ann'],
    ['ann', 'ANN'],
    ['A nn', 'Ann'],
    ['Ａｎｎ', 'Ann'],
    ['A\u200bn\u00adn', 'Ann'],
    ['Zo\u0065\u0308', 'Zoë'],
  ])('takes %j for %j', (one, other) => expect(isSameName(one, other)).toBe(true));

  it('knows others apart', () => expect(isSameName('Anna', 'Ann')).toBe(false));
});
