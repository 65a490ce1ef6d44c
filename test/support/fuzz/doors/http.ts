import { HTTP } from '../corpus';
import { CONTROL_CALLS } from '../sessions';
import { checkAnswers, visit, type Door } from './door';

/** Viewers, publishers and whoever: requests and upgrades with lines and words changed. */
export const httpClients =
  (port: number): Door =>
  async (mutator) => {
    checkAnswers(await visit(port, mutator, Buffer.from(mutator.text(HTTP), 'latin1')));
    return 1;
  };

/** Control's own calls with bodies that aren't quite its own. */
export const controlCalls =
  (port: number): Door =>
  async (mutator) => {
    const { path, body } = mutator.pick(CONTROL_CALLS);
    const sent = Buffer.from(JSON.stringify(mutator.value([body])) ?? '');
    const head = [
      `POST ${mutator.below(4) ? path : mutator.text([path]).replace(/[\s\0]/g, '%20')} HTTP/1.1`,
      ...['Host: a', 'Authorization: Bearer control', 'Content-Type: application/json'],
      `Content-Length: ${mutator.below(8) ? sent.length : mutator.oddNumber()}`,
    ].join('\r\n');
    checkAnswers(await visit(port, mutator, Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), sent])));
    return 1;
  };
