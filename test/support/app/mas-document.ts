/** What is said to and by a MAS, held against docs/api/mas.schema.json. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { WebSocket } from 'ws';
import { mismatches, type Schema } from './api-document';

export const masSchemas = (
  JSON.parse(readFileSync(resolve('docs/api/mas.schema.json'), 'utf8')) as { $defs: Record<string, Schema> }
).$defs;

/** What is wrong with a message, by the document; empty: nothing. */
export function problemsOfMessage(from: 'client' | 'server', message: { type: string }): string[] {
  const name = `${from}.${message.type}`;
  const schema = masSchemas[name];
  return schema ? mismatches(schema, message, name, masSchemas) : [`${name} is not documented`];
}

/** A WebSocket to a MAS that looks at all it carries. */
export class DocumentedSocket extends WebSocket {
  /**
   * @param types gets the name of each message, e.g. `server.joined`
   * @param problems gets what is not as documented
   */
  constructor(
    url: string,
    private readonly types: Set<string>,
    private readonly problems: string[],
  ) {
    super(url);
    this.on('message', (data: Buffer) => this.look('server', data.toString('utf8')));
  }

  override send(data: string): void {
    this.look('client', data);
    super.send(data);
  }

  protected look(from: 'client' | 'server', text: string): void {
    const message = JSON.parse(text) as { type: string };
    this.types.add(`${from}.${message.type}`);
    this.problems.push(...problemsOfMessage(from, message));
  }
}
