import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { endChild } from './end-child';

/** A child that has begun. @param onTerm what it does on SIGTERM */
async function child(onTerm: string): Promise<ChildProcess> {
  const script = `process.on('SIGTERM', () => { ${onTerm} }); setInterval(() => {}, 1000); console.log('up');`;
  const started = spawn(process.execPath, ['-e', script]);
  await once(started.stdout, 'data');
  return started;
}
const term = (one: ChildProcess): void => void one.kill('SIGTERM');

describe('endChild', () => {
  it('waits for a child that ends by itself', async () => {
    const one = await child('process.exit(3)');
    await endChild(one, term);
    expect(one.exitCode).toBe(3);
    // Nothing is asked of one that has ended.
    await endChild(one, () => fail());
  });

  it('kills one that does not', async () => {
    const one = await child('');
    await endChild(one, term, 50);
    expect(one.signalCode).toBe('SIGKILL');
    await endChild(one, () => fail());
  });
});

function fail(): never {
  throw new Error('it was asked to end');
}
