/**
 * SQL that asks whether a column is in one of these states, e.g. `stateIn('t.state', states.sourcesOf('running'))`.
 * States are words of our own tables and never input.
 */
export function stateIn(column: string, states: readonly string[]): string {
  return `${column} IN (${states.map((state) => `'${state}'`).join(', ')})`;
}
