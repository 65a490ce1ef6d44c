/** What the client's platform reaches servers with, by one person's network. */
import { DocumentedSocket } from '../../support/app/mas-document';
import type { AnswerGate } from './answer-gate';
import type { Network } from './network';

type Fetch = typeof globalThis.fetch;
type Handler = (event: { data: string }) => void;

/** To the MAS. Every candidate of the node is replaced by one of the network, and the client's own are kept back: by them the node would find a way around it. */
export function masSocketOn(
  network: Network,
  types: Set<string>,
  problems: string[],
): new (url: string) => DocumentedSocket {
  return class extends DocumentedSocket {
    constructor(url: string) {
      super(network.via(url), types, problems);
      // In order: a candidate needs the description before it.
      let handled = Promise.resolve();
      const set = (handler: Handler) =>
        this.on('message', (data: Buffer) => {
          handled = handled.then(async () => handler({ data: await passed(network, data.toString('utf8')) }));
        });
      Object.defineProperty(this, 'onmessage', { set });
    }

    override send(data: string): void {
      if ((JSON.parse(data) as { type: string }).type !== 'candidate') super.send(data);
      else this.look('client', data);
    }
  };
}

async function passed(network: Network, text: string): Promise<string> {
  const message = JSON.parse(text) as { type: string; candidate: string };
  if (message.type !== 'candidate') return text;
  return JSON.stringify({ ...message, candidate: await network.media.candidate(message.candidate) });
}

/** REST and WHIP. */
export function fetchOn(network: Network, gate: AnswerGate): Fetch {
  return async (input, init) => {
    const url = network.via(input as string);
    if (!new URL(url).pathname.startsWith('/whip/'))
      return gate.pass(init?.method ?? 'GET', url, await fetch(url, init));
    if (init?.method === 'PATCH') return new Response(null, { status: 204 });
    const body = typeof init?.body === 'string' ? withoutCandidates(init.body) : undefined;
    return answerOf(network, await fetch(url, { ...init, ...(body === undefined ? {} : { body }) }));
  };
}

function withoutCandidates(sdp: string): string {
  return sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, '');
}

async function answerOf(network: Network, answer: Response): Promise<Response> {
  if (answer.status !== 201) return answer;
  const lines = (await answer.text()).split('\r\n');
  const sdp = await Promise.all(
    lines.map(async (line) =>
      line.startsWith('a=candidate:') ? `a=${await network.media.candidate(line.slice(2))}` : line,
    ),
  );
  return new Response(sdp.join('\r\n'), { status: answer.status, headers: answer.headers });
}
