import { createNodeDatachannelTransports } from './node-datachannel';
import type { TransportFactory, TransportKind, TransportOptions } from './port';
import { createWeriftTransports } from './werift';

export * from './port';
export { createNodeDatachannelTransports, createWeriftTransports };

/** The factory of the chosen kind. Rejects with PortInUseError where the UDP port is taken. */
export function createTransports(kind: TransportKind, options: TransportOptions): Promise<TransportFactory> {
  return kind === 'werift' ? createWeriftTransports(options) : createNodeDatachannelTransports(options);
}
