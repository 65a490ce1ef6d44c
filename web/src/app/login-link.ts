/** The one-time code in a fragment `#code=…`, or null. */
export function codeOf(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('code') || null;
}

/** A path of this site to go on to; anything else becomes the list of channels. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';
}

/** A login link that goes on to `next` after the exchange. */
export function linkWithNext(url: string, next: string): string {
  const link = new URL(url);
  link.searchParams.set('next', next);
  return link.toString();
}
