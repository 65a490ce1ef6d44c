import { connect } from 'node:net';
import type { Mutator } from '../mutator';

/**
 * One stranger: comes, says what is almost right, and goes. Resolves to how many inputs that were. Rejects with what
 * was answered that never may be.
 */
export type Door = (mutator: Mutator) => Promise<number>;

/** A stranger who isn't sent away goes by itself after this, ms. */
export const STAY_MS = 60;
/** Of a visit by bytes. */
const MAX_PIECES = 40;
const MAX_KEPT_BYTES = 64 << 10;

/** Sends bytes in pieces. @returns what came back, until the connection is over */
export function visit(port: number, mutator: Mutator, bytes: Buffer): Promise<Buffer> {
  const closesFirst = mutator.below(8) === 0;
  return new Promise((resolve) => {
    const heard: Buffer[] = [];
    let kept = 0;
    const socket = connect(port, '127.0.0.1');
    const leave = setTimeout(() => socket.destroy(), STAY_MS);
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if ((kept += data.length) <= MAX_KEPT_BYTES) heard.push(data);
    });
    socket.once('close', () => {
      clearTimeout(leave);
      resolve(Buffer.concat(heard));
    });
    for (const piece of mutator.pieces(bytes).slice(0, MAX_PIECES)) socket.write(piece);
    if (closesFirst) socket.end();
  });
}

/** Codes of answers of 5xx that say what is so, and no fault. */
const SO_IT_IS = /"code":"(node_full|connection_failed|keyframe_awaited)"/;

/** @throws Error where one of these HTTP answers says that something failed inside */
export function checkAnswers(heard: Buffer): void {
  const text = heard.toString('latin1');
  if (/HTTP\/1\.1 5\d\d/.test(text) && !SO_IT_IS.test(text))
    throw new Error(`answered ${text.slice(0, 500)}`);
}
