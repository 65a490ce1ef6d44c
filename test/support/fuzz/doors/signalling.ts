import { WebSocket } from 'ws';
import { EGRESS_SESSION, masSession } from '../sessions';
import type { Mutator } from '../mutator';
import { STAY_MS, type Door } from './door';

const CODES = ['token_invalid', 'removed', 'conference_ended', 'replaced', 'protocol'];
/** Larger than any message may be, bytes. */
const HUGE = 300 << 10;

/** Participants who are let in, some of them into `conferenceId`, and then say things in the wrong order or type. */
export const participants =
  (port: number, conferenceId: string): Door =>
  (mutator) => {
    const session = masSession(`fuzz${mutator.below(12)}`, mutator.pick([conferenceId, 'fuzz']));
    return talk(`ws://127.0.0.1:${port}/mas`, mutator, session);
  };

/** Mixers, likewise. */
export const mixers =
  (port: number): Door =>
  (mutator) =>
    talk(`ws://127.0.0.1:${port}/mas/egress`, mutator, EGRESS_SESSION);

/** @throws Error where the server's last words aren't one of its codes */
async function talk(url: string, mutator: Mutator, session: readonly object[]): Promise<number> {
  const socket = new WebSocket(url);
  const steps = mutator.sequence(session).map((message) => said(mutator, message));
  const problems: string[] = [];
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer) => {
    const { type, code = 'protocol' } = JSON.parse(data.toString()) as { type: string; code?: string };
    if (typeof type !== 'string' || !CODES.includes(code)) problems.push(data.toString());
  });
  socket.on('open', () => {
    for (const step of steps) socket.send(step);
    if (mutator.below(6) === 0) socket.close();
  });
  await new Promise((resolve) => {
    const leave = setTimeout(() => socket.terminate(), STAY_MS);
    socket.once('close', () => resolve(clearTimeout(leave)));
  });
  if (problems.length > 0) throw new Error(`said ${problems[0]!.slice(0, 300)}`);
  return steps.length;
}

/** Most as they should be, or nobody would get past the first. */
function said(mutator: Mutator, message: object): string | Buffer {
  const text = JSON.stringify(message);
  switch (mutator.below(16)) {
    case 0:
      return Buffer.from(text);
    case 1:
      return text.padEnd(HUGE);
    case 2:
      return mutator.text([text]);
    case 3:
    case 4:
    case 5:
      return JSON.stringify(mutator.value([message])) ?? '';
    case 6:
    case 7:
    case 8:
      return JSON.stringify({
        ...message,
        ...('sdp' in message && { sdp: mutator.text([message.sdp as string]) }),
      });
    default:
      return text;
  }
}
