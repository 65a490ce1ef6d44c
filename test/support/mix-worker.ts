/** A mix worker in a process of its own: `ts-run.cjs mix-worker.ts <DATABASE_URL> <mixer entry>`. */
import { ConferenceModule } from '../../src/conference';
import { MixingWorkerModule } from '../../src/mixing';
import { setLogLevel } from '../../src/platform/common';
import { Rooms, roomsConfig } from './rooms';

async function main(): Promise<void> {
  setLogLevel('silent');
  const [url = '', mixerPath = ''] = process.argv.slice(3);
  const rooms = await Rooms.start(
    { ...roomsConfig(url), ROLE: 'mixer' },
    [ConferenceModule, MixingWorkerModule],
    mixerPath,
  );
  process.on('disconnect', () => void rooms.stop().finally(() => process.exit(0)));
  process.send?.('ready');
}

void main();
