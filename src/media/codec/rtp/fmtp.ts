/**
 * Format parameters of a codec as `a=fmtp` has them (RFC 8866 §6.15): `name=value` separated by semicolons, with or
 * without spaces. Names are compared without regard to case, as media type parameters are (RFC 6838 §4.3).
 */

/** The value of a parameter, '' for one without; null where it isn't there. The first counts. */
export function formatParameter(parameters: string, name: string): string | null {
  for (const part of parameters.split(';')) {
    const [key = '', ...value] = part.split('=');
    if (key.trim().toLowerCase() === name) return value.join('=').trim();
  }
  return null;
}
