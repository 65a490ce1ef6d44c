import { WebSocket } from 'ws';
import { EGRESS_SESSION, masSession } from '../sessions';
import type { Mutator } from '../mutator';
import { STAY_MS, type Door } from './door';

const CODES = ['token_invalid', 'removed', 'conference_ended', 'moved', 'replaced', 'protocol'];
/** What is read by others than the parser of messages. */
const TEXTS = ['sdp', 'candidate', 'token'];
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
  const steps = mutator.below(4) ? [...session] : mutator.sequence(session);
  // One or two: most of what follows a message that can't be read isn't heard any more.
  const odd = [mutator.below(steps.length + 2), mutator.below(steps.length * 3)];
  const said = steps.map((message, i) =>
    odd.includes(i) ? oddly(mutator, message) : JSON.stringify(message),
  );
  const problems: string[] = [];
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer) => {
    const { type, code = 'protocol' } = JSON.parse(data.toString()) as { type: string; code?: string };
    if (typeof type !== 'string' || !CODES.includes(code)) problems.push(data.toString());
  });
  const goOn = (): void => {
    for (const step of said.splice(0)) socket.send(step);
    if (mutator.below(6) === 0) socket.close();
  };
  socket.on('open', () => {
    socket.send(said.shift() ?? '');
    // Half of them don't wait to be let in.
    if (mutator.below(2)) goOn();
    else socket.once('message', goOn);
  });
  await new Promise((resolve) => {
    const leave = setTimeout(() => socket.terminate(), STAY_MS);
    socket.once('close', () => resolve(clearTimeout(leave)));
  });
  if (problems.length > 0) throw new Error(`said ${problems[0]!.slice(0, 300)}`);
  return steps.length;
}

function oddly(mutator: Mutator, message: object): string | Buffer {
  const text = JSON.stringify(message);
  const name = TEXTS.find((one) => one in message);
  const value = name && (message as Record<string, string>)[name];
  switch (mutator.below(8)) {
    case 0:
      return Buffer.from(text);
    case 1:
      return text.padEnd(HUGE);
    case 2:
      return mutator.text([text]);
    case 3:
      return JSON.stringify(mutator.value([message])) ?? '';
    default:
      // Still a message.
      return value ? JSON.stringify({ ...message, [name]: mutator.text([value]) }) : text;
  }
}
