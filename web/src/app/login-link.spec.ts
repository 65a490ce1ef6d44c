import { codeOf, linkWithNext, safeNext } from './login-link';

it('finds the code in the fragment', () => {
  expect(codeOf('#code=abc-1')).toBe('abc-1');
  expect(codeOf('#code=')).toBeNull();
  expect(codeOf('')).toBeNull();
});

it('goes on only to paths of this site', () => {
  expect(safeNext('/watch/1?a=b')).toBe('/watch/1?a=b');
  for (const foreign of ['//evil.example', '/\\evil.example', 'https://evil.example', '', undefined, ['/a']])
    expect(safeNext(foreign)).toBe('/');
});

it('puts next before the fragment', () => {
  expect(linkWithNext('http://h:1/login#code=x', '/watch/7')).toBe(
    'http://h:1/login?next=%2Fwatch%2F7#code=x',
  );
});
