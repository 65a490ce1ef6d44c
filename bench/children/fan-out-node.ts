/** A live origin in a process of its own, for bench/fan-out.ts; tells its ports and ends with its parent. */
import { startTestNode } from '../../test/support/media/media-node';

process.on('disconnect', () => process.exit());
void startTestNode().then(({ httpPort, rtmpPort }) => process.send?.({ httpPort, rtmpPort }));
