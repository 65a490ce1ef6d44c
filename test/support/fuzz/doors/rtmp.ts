import { encodeAmf0, type AmfValue } from '../../../../src/media/codec/flv/amf0';
import { commandChunk, HANDSHAKE, RTMP_SESSIONS } from '../corpus';
import { PLAYERS } from '../sessions';
import { visit, type Door } from './door';

/** Encoders: whole sessions of them, with bytes changed. */
export const rtmpPublishers =
  (port: number): Door =>
  async (mutator) => {
    await visit(port, mutator, Buffer.concat([HANDSHAKE, mutator.bytes(RTMP_SESSIONS)]));
    return 1;
  };

/** Players: their commands in another order, with arguments of another type or number. */
export const rtmpPlayers =
  (port: number): Door =>
  async (mutator) => {
    const commands = mutator.sequence(mutator.pick(PLAYERS)).map((values) => {
      const changed = mutator.below(3) ? values : mutator.value([values]);
      return commandChunk(encoded(changed));
    });
    await visit(port, mutator, Buffer.concat([HANDSHAKE, ...commands]));
    return commands.length;
  };

/** What is no list of values is sent as the only one. */
function encoded(values: unknown): Buffer {
  return encodeAmf0((Array.isArray(values) ? values : [values]) as AmfValue[]);
}
