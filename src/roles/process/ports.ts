import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from '../../platform/config/config';
import { StartError } from './process-life';

/** Every port a role listens on, by the variable that changes it. */
const protocols = {
  HTTP_PORT: 'tcp',
  MEDIA_HTTP_PORT: 'tcp',
  RTMP_PORT: 'tcp',
  MAS_UDP_PORT: 'udp',
} as const;

type PortVariable = keyof typeof protocols;

/** Checks before anything is started. @throws StartError that names the first port that can't be bound */
export async function assertPortsFree(
  config: Pick<Config, 'HOST' | PortVariable>,
  variables: PortVariable[],
): Promise<void> {
  for (const variable of variables) {
    try {
      await (protocols[variable] === 'udp' ? tryUdp : tryTcp)(config[variable], config.HOST);
    } catch (error) {
      throw portError(variable, config[variable], error);
    }
  }
}

/** The error of a failed bind, in words that help. */
export function portError(variable: PortVariable, port: number, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new StartError(`port ${port} is taken by another program; set ${variable} to a free one`);
  }
  if (code === 'EACCES') {
    return new StartError(`port ${port} needs more rights than we have; set ${variable} to another one`);
  }
  if (code === 'EADDRNOTAVAIL') return new StartError('HOST: this machine has no such address');
  return error as Error;
}

async function tryTcp(port: number, host: string): Promise<void> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  await once(server.close(), 'close');
}

async function tryUdp(port: number, host: string): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4').bind(port, host);
  await once(socket, 'listening');
  await once(socket.close(), 'close');
}
