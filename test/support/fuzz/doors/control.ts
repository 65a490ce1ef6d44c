import { WebSocket } from 'ws';
import { errorCatalogue } from '../../../../src/platform/common';
import type { TestApi } from '../../app/test-api';
import { credentialOf } from '../../fakes/fake-media-node';
import { imSession, NODE_REPORT, UPGRADE } from '../control-sessions';
import type { Mutator } from '../mutator';
import { checkAnswers, STAY_MS, visit, type Door } from './door';

/** Of Socket.IO: an acknowledgement, and that a connection is refused. */
const ACK = /^43\d*(\[.*)/s;
const REFUSED = /^44(\{.*)/s;

/** Apps: packets of Socket.IO in the wrong order, with arguments of another type, and as no packets at all. */
export const imClients =
  (api: TestApi, channelId: string): Door =>
  async (mutator) => {
    const token = await api.token(`fuzz-${mutator.below(1000)}`);
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    const session = imSession(token, channelId);
    const steps = mutator.below(4) ? [...session] : mutator.sequence(session);
    // A packet that can't be read closes the connection: a few, or what follows would never be heard.
    const odd = Array.from({ length: 3 }, () => mutator.below(steps.length * 2));
    const packets = steps.map((packet, i) =>
      odd.includes(i) ? oddly(mutator, packet) : packet[0] + (JSON.stringify(packet[1]) ?? ''),
    );
    const problems: string[] = [];
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      if (!isSound(data.toString())) problems.push(data.toString());
    });
    socket.on('open', () => {
      for (const packet of packets) socket.send(packet);
      if (mutator.below(6) === 0) socket.close();
    });
    await new Promise((resolve) => {
      const leave = setTimeout(() => socket.terminate(), STAY_MS);
      socket.once('close', () => resolve(clearTimeout(leave)));
    });
    if (problems.length > 0) throw new Error(`said ${problems[0]!.slice(0, 300)}`);
    return packets.length;
  };

/** The same by bytes: an upgrade, and frames behind it. */
export const imBytes =
  (api: TestApi): Door =>
  async (mutator) => {
    const port = Number(new URL(api.url).port);
    checkAnswers(await visit(port, mutator, mutator.bytes(UPGRADE)));
    return 1;
  };

/** Media nodes with a key of their own, whose reports are almost what control expects. */
export const mediaNodes =
  (api: TestApi): Door =>
  async (mutator) => {
    const id = `fuzz-${mutator.below(8)}`;
    const response = await fetch(`${api.url}/internal/nodes/${id}/report`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${credentialOf(id, api.signer).token()}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(mutator.value([NODE_REPORT])) ?? '',
    });
    if (response.status !== 204) requireCode(await response.json());
    return 1;
  };

function oddly(mutator: Mutator, [head, body]: readonly [string, unknown]): string | Buffer {
  const json = JSON.stringify(body) ?? '';
  switch (mutator.below(8)) {
    case 0:
      return Buffer.from(head + json);
    case 1:
      return mutator.text([head + json]);
    case 2:
      return (head + json).padEnd(2 << 20);
    case 3:
      return `${mutator.below(9)}${mutator.below(9)}${mutator.oddNumber()}${json}`;
    default:
      return head + (JSON.stringify(mutator.value([body])) ?? '');
  }
}

function isSound(packet: string): boolean {
  const [, ack] = ACK.exec(packet) ?? [];
  const [, refused] = REFUSED.exec(packet) ?? [];
  if (refused) return isKnown((JSON.parse(refused) as { data?: unknown }).data);
  if (!ack) return true;
  const [answer] = JSON.parse(ack) as [{ ok?: boolean; error?: unknown }?];
  return answer?.ok === true || isKnown(answer?.error);
}

/** @throws Error where these aren't the details of a problem that is declared */
function requireCode(problem: unknown): void {
  if (!isKnown(problem)) throw new Error(`answered ${JSON.stringify(problem).slice(0, 300)}`);
}

function isKnown(problem: unknown): boolean {
  const { code = '' } = (problem ?? {}) as { code?: string };
  return Object.hasOwn(errorCatalogue, code) && code !== 'internal';
}
