import type { Socket } from 'node:net';
import type { Client } from 'pg';

/** What pg's client has and its types don't say. */
interface Inside {
  connection: { stream: Socket };
  /** Nothing is asked now. */
  readyForQuery: boolean;
}

/**
 * Ends a connection whose server was asked something and says nothing: one that is stopped, or a host that has vanished. pg
 * itself would wait for ever; what was asked fails as with any lost connection.
 * @param silenceMs longer than the server may take for any statement, ms
 */
export function endWhenSilent(client: Client, silenceMs: number): void {
  const inside = client as unknown as Inside;
  const { stream } = inside.connection;
  stream.setTimeout(silenceMs, () => {
    if (!inside.readyForQuery) stream.destroy(new Error('Connection terminated: the database is silent'));
  });
}
