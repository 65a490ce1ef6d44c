/** A value of a room at this moment, for `/metrics`. */
export interface Metric {
  /** By Prometheus' conventions, with the unit; counters end in `_total`. */
  name: string;
  help: string;
  type: 'gauge' | 'counter';
  values: { labels?: Record<string, string>; value: number }[];
}

/**
 * A provider with this method is asked whenever metrics are collected; it knows nothing of the collector. Metrics of the
 * same name from several providers are joined.
 */
export const METRICS = Symbol('metrics');

export interface HasMetrics {
  [METRICS](): Metric[] | Promise<Metric[]>;
}

/** A gauge with one value. */
export function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', values: [{ value }] };
}

/** A gauge of rows by their state; a state that has none shows 0. */
export function gaugeByState(
  name: string,
  help: string,
  states: readonly string[],
  rows: readonly { state: string; n: number }[],
): Metric {
  const values = states.map((state) => {
    const value = rows.find((row) => row.state === state)?.n ?? 0;
    return { labels: { state }, value };
  });
  return { name, help, type: 'gauge', values };
}
