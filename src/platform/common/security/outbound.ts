import { lookup as dnsLookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Not on the public Internet (IANA special-purpose registries, RFC 6890). */
const PRIVATE_V4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Within the one public block 2000::/3: documentation, and tunnels that carry an IPv4 address. */
const PRIVATE_V6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const refused = new BlockList();
for (const [net, bits] of PRIVATE_V4) refused.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of PRIVATE_V6) refused.addSubnet(net, bits, 'ipv6');
const publicV6 = new BlockList();
publicV6.addSubnet('2000::', 3, 'ipv6');

/** Is this an address of the public Internet? */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !refused.check(address, 'ipv4');
    case 6:
      return publicV6.check(address, 'ipv6') && !refused.check(address, 'ipv6');
    default:
      return false;
  }
}

/** The name, or the address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** An address that may not be connected to; the message is for the person who set it. */
export class RefusedAddress extends Error {
  /** The media floor recognises it by this code (`Outbound` of its contract). */
  readonly code = 'ADDRESS_REFUSED';
}
const PRIVATE = 'the address is on a private network';

/**
 * The addresses of a host that may be connected to: all of them have to be public.
 * @throws RefusedAddress; Error of the resolver
 */
export async function publicAddresses(host: string): Promise<{ address: string; family: number }[]> {
  // RFC 6761 §6.3: always this machine, even where the resolver says something else.
  if (/(^|\.)localhost\.?$/i.test(host)) throw new RefusedAddress(PRIVATE);
  const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await dnsLookup(host, { all: true });
  // A name with one private address among public ones is an attempt to get at it.
  if (!found.every(({ address }) => isPublicAddress(address))) {
    throw new RefusedAddress(PRIVATE);
  }
  return found;
}

/**
 * For `http.request`: the checked address is the one that is connected to, so no second answer of the resolver can slip
 * in. Node doesn't call it for a host that is an address.
 */
export const publicLookup: LookupFunction = (host, options, done) => {
  publicAddresses(host).then(
    (found) => {
      const [first] = found;
      if (options.all) done(null, found);
      else if (first) done(null, first.address, first.family);
      else done(new RefusedAddress('the name has no address'), '');
    },
    (error: unknown) => done(error as NodeJS.ErrnoException, ''),
  );
};

/**
 * Connections to hosts that somebody else has named, on the public Internet only. Node asks no resolver about a host that
 * is an address: `admit` checks addresses, `lookup` checks names.
 */
export const publicOnly = {
  /** @throws RefusedAddress */
  async admit(host: string): Promise<void> {
    if (isIP(host)) await publicAddresses(host);
  },
  lookup: publicLookup,
};
