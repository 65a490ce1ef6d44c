import { createSocket } from 'node:dgram';
import { DATAGRAMS } from '../sessions';
import type { LossyNetwork } from '../../webrtc/lossy-network';
import type { Door } from './door';

const AT_ONCE = 8;

/** From addresses that nobody has heard of: STUN, DTLS, RTP and RTCP with bytes changed, and nothing of these. */
export const strangeDatagrams =
  (ports: readonly number[]): Door =>
  async (mutator) => {
    const socket = createSocket('udp4');
    const sent = Array.from({ length: AT_ONCE }, () => {
      const datagram = mutator.bytes(DATAGRAMS);
      return new Promise<void>((resolve) =>
        socket.send(datagram, mutator.pick(ports), '127.0.0.1', () => resolve()),
      );
    });
    await Promise.all(sent);
    await new Promise<void>((resolve) => socket.close(resolve));
    return AT_ONCE;
  };

/** From the addresses of members: what they have sent themselves, with bytes changed. */
export const meddledDatagrams =
  (network: LossyNetwork): Door =>
  (mutator) => {
    let slipped = 0;
    for (let i = 0; i < AT_ONCE; i++) {
      network.slipIn((passed) => {
        slipped++;
        return mutator.bytes(passed);
      });
    }
    return new Promise((resolve) => setImmediate(() => resolve(Math.max(slipped, 1))));
  };
