import type { IceServer } from '../../contracts';

/** What may stand in a header; anything else would end it, or the answer. */
const PRINTABLE = /^[\x20-\x7e]*$/;
/** RFC 7064, RFC 7065. */
const URL = /^(stun|turn)s?:[^\s<>"]+$/i;

/**
 * `Link` headers that tell a publisher its STUN and TURN servers (RFC 9725 §4.6), one a URL. What can't stand in a
 * header is left out.
 */
export function iceLinks(servers: readonly IceServer[]): string[] {
  return servers.flatMap(({ urls, username, credential }) => {
    const secret = username !== undefined && credential !== undefined;
    const parameters = secret
      ? `; username=${quoted(username)}; credential=${quoted(credential)}; credential-type="password"`
      : '';
    return [urls]
      .flat()
      .filter((url) => URL.test(url))
      .map((url) => `<${url}>; rel="ice-server"${parameters}`)
      .filter((link) => PRINTABLE.test(link));
  });
}

function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}
