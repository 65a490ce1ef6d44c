/** Child process of the MAS benchmark: a MAS and nothing else, which tells its CPU time when asked. */
import { startMas } from '../test/support/mas';
import type { TransportKind } from '../src/media/mas';

async function main(): Promise<void> {
  const test = await startMas({ transport: process.argv[2] as TransportKind });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuUs: user + system, atMs: performance.now() });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ url: test.url, pageUrl: test.pageUrl });
}

void main();
