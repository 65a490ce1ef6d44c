/** Child process of the MAS benchmark: a MAS (or, `bare`, its peer) and nothing else, which tells its CPU time when asked. */
import { startMas } from '../../test/support/webrtc/mas';
import type { TransportKind } from '../../src/media/mas';
import { BareForwarding } from '../support/mas-bare';

async function main(): Promise<void> {
  const [transport, bare] = process.argv.slice(2);
  const test = await startMas({
    transport: transport as TransportKind,
    ...(bare && { wrap: (transports) => new BareForwarding(transports) }),
  });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system, atMs: performance.now() });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ url: test.url, pageUrl: test.pageUrl });
}

void main();
