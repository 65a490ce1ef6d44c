/** Child process of the MAS benchmark: participants that send 150 packets a second each, and receive on request. */
import { SyntheticParticipant } from '../../src/demo/synthetic/synthetic-participant';
import { joinToken } from '../../test/support/webrtc/mas';
import { silentLogger } from '../../test/support/media/silent-logger';

const FRAMES_PER_SECOND = 30;
/** Five packets: the parameter set, and a unit in four fragments. */
const FRAME = Buffer.concat([
  Buffer.from('0000000167420014', 'hex'),
  Buffer.from('0000000165', 'hex'),
  Buffer.alloc(4500, 0xa5),
]);

async function main(): Promise<void> {
  const [url = '', senders = '0', receive = ''] = process.argv.slice(2);
  let received = 0;
  let sent = 0;
  const participants: SyntheticParticipant[] = [];
  for (let index = 0; index < Number(senders); index++) {
    participants.push(
      await SyntheticParticipant.join({
        url,
        token: joinToken(`m${index}`, { conferenceId: `bench${receive}` }),
        bindAddress: '127.0.0.1',
        logger: silentLogger,
        ...(receive ? { onRtp: () => void received++ } : {}),
      }),
    );
  }
  const startedAt = performance.now();
  const frames = participants.map(() => 0);
  // Spread over the frame's time, as independent cameras are.
  const timer = setInterval(() => {
    participants.forEach((participant, index) => {
      const phase = index / participants.length;
      const due = ((performance.now() - startedAt) * FRAMES_PER_SECOND) / 1000 - phase;
      for (; frames[index]! < due; frames[index]!++) {
        participant.sendVideo(FRAME, (frames[index]! * 1000) / FRAMES_PER_SECOND);
        sent += 5;
      }
    });
  }, 3);
  process.on('message', (message) => {
    if (message !== 'end') return process.send?.({ sent, received });
    clearInterval(timer);
    return void Promise.all(participants.map((participant) => participant.close())).then(() =>
      process.exit(),
    );
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ ready: true });
}

void main();
