/**
 * One spelling for each machine that an IP address leads to from here: an IPv4 address that is wrapped in IPv6 comes out
 * plain, and every address that stays on this machine as 127.0.0.1.
 */
export function plainAddress(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return /^(127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?)$/.test(plain) ? '127.0.0.1' : plain.toLowerCase();
}
