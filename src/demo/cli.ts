/**
 * `npm run demo`: puts a synthetic host and guest on the air of a running system and prints where to watch, until
 * Ctrl-C. The console's button forks this same file and hears of the channel over IPC.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setLogLevel } from '../platform/common/telemetry/logger';
import { type Config, readConfig } from '../platform/config/config';
import { Demo } from './demo';
import { DemoApi } from './demo-api';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  setLogLevel('warn');
  const demo = await Demo.prepare(new DemoApi(config.CONTROL_URL[0]!, apiKeyOf(config)));
  process.send?.({ channelId: demo.channelId });
  const end = () => void demo.close().finally(() => process.exit(0));
  process.once('SIGTERM', end).once('disconnect', end);
  // On a terminal, Ctrl-C goes to the server's whole process group; the server then ends its demo itself.
  process.on('SIGINT', () => (process.connected ? undefined : end()));
  await demo.goOnAir();
  if (!process.connected) await sayWhere(demo);
  await demo.over();
  if (!process.connected) console.log('  The co-hosting is over, and the demo with it.');
  end();
}

async function sayWhere(demo: Demo): Promise<void> {
  console.log(`
  A synthetic host and guest are on the air.

  Watch   ${await demo.watchLink()}
          (opens once; another one: start the demo again, or make a viewer link in the console)

  Ctrl-C ends the demo.
`);
}

/** From the environment, or as the running system on this machine has stored it. */
function apiKeyOf(config: Config): string {
  if (config.API_KEY) return config.API_KEY;
  const file = join(config.DATA_DIR, 'secrets.json');
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { apiKey: string }).apiKey;
  } catch {
    throw new Error(`there is no API_KEY, and none in ${file}: start the system first (npm start)`);
  }
}

main().catch((error: Error & { cause?: { code?: string } }) => {
  const refused = error.cause?.code === 'ECONNREFUSED';
  console.error(refused ? 'Nothing answers: start the system first (npm start).' : error.message);
  process.exit(1);
});
