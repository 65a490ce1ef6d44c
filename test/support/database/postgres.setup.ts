import { startTestServer } from './test-server';

/** Jest's globalSetup of the integration tests. */
export default async function setup(): Promise<void> {
  const server = await startTestServer();
  (globalThis as { lianmaiTestServer?: typeof server }).lianmaiTestServer = server;
}
