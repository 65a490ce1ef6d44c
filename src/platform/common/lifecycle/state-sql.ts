/**
 * SQL that asks whether a column is in one of these states, e.g. `stateIn('t.state', states.sourcesOf('running'))`; of
 * none it is false. States are words of our own tables and never input.
 */
export function stateIn(column: string, states: readonly string[]): string {
  if (states.length === 0) return 'false';
  return `${column} IN (${states.map((state) => `'${state}'`).join(', ')})`;
}
