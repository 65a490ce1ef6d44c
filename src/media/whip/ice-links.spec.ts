import { iceLinks } from './ice-links';

it('writes a link for each URL, with what TURN asks for (RFC 9725 §4.6)', () => {
  const servers = [
    { urls: 'stun:stun.example.net' },
    {
      urls: ['turn:turn.example.net?transport=udp', 'turns:turn.example.net?transport=tcp'],
      username: 'us"er',
      credential: 'pass\\word',
    },
  ];
  const secret = 'username="us\\"er"; credential="pass\\\\word"; credential-type="password"';
  expect(iceLinks(servers)).toEqual([
    '<stun:stun.example.net>; rel="ice-server"',
    `<turn:turn.example.net?transport=udp>; rel="ice-server"; ${secret}`,
    `<turns:turn.example.net?transport=tcp>; rel="ice-server"; ${secret}`,
  ]);
});

it('leaves out what a header can not hold', () => {
  const servers = [
    { urls: ['http://example.net', 'stun:a b', 'stun:x>; rel="y"', 'stun:a\r\nSet-Cookie: b'] },
    { urls: 'turn:turn.example.net', username: 'ü', credential: 'x' },
  ];
  expect(iceLinks(servers)).toEqual([]);
});
