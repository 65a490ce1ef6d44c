import { withoutCode } from './request.middleware';

describe('a path in the log', () => {
  it.each(['/s/yN3kq0Jr8mC5', '/S/yN3kq0Jr8mC5', '//s/yN3kq0Jr8mC5', '/s/yN3kq0Jr8mC5/more'])(
    'has no code of a share link: %s',
    (path) => expect(withoutCode(path)).toBe('/s/…'),
  );

  it.each(['/v1/channels', '/studio/s/x', '/s'])('is else as it was: %s', (path) =>
    expect(withoutCode(path)).toBe(path),
  );
});
