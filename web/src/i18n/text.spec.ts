import { errorCatalogue } from '../../../src/platform/common/errors';
import { en } from './en';
import { errorKey } from './text';
import { zh } from './zh';

describe('texts', () => {
  it('uses the same placeholders in both languages', () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [key, text] of Object.entries(en))
      expect([key, places(zh[key as keyof typeof en])]).toEqual([key, places(text)]);
  });

  it('has nothing in it that has another meaning in a message: a bare @ or |', () => {
    for (const dictionary of [en, zh])
      for (const text of Object.values(dictionary))
        expect(text.replace(/\{'[^']*'\}/g, '')).not.toMatch(/[@|]/);
  });

  it('has a human text for every code of the server', () => {
    for (const code of Object.keys(errorCatalogue)) expect(errorKey(code)).toBe(`error.${code}`);
    expect(errorKey('brand_new')).toBe('error.unknown');
  });
});
