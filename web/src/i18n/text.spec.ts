import { errorCatalogue } from '../../../src/platform/common/errors';
import { en } from './en';
import { errorTextIn, fill } from './text';
import { zh } from './zh';

describe('texts', () => {
  it('fills in what is given', () => {
    expect(fill('{n} of {m}', { n: 1, m: 0 })).toBe('1 of 0');
    expect(fill('Not valid. {reason}')).toBe('Not valid.');
  });

  it('uses the same placeholders in both languages', () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [key, text] of Object.entries(en))
      expect([key, places(zh[key as keyof typeof en])]).toEqual([key, places(text)]);
  });

  it('has a human text for every code of the server', () => {
    for (const code of Object.keys(errorCatalogue))
      for (const dictionary of [en, zh]) expect(errorTextIn(dictionary, code)).not.toContain(code);
    expect(errorTextIn(en, 'brand_new')).toBe('Something went wrong (brand_new).');
  });
});
