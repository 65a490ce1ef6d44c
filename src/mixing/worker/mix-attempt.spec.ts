import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setLogLevel } from '../../platform/common';
import type { MixSpec } from '../../media/contract';
import type { MixTask } from '../task/mix-task.entity';
import type { MixTaskRepository } from '../task/mix-task.repository';
import { MixAttempt } from './mix-attempt';

// The database is away on purpose.
setLogLevel('silent');

/** A mixer that says what the test says. */
class Child extends EventEmitter {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly connected = true;
  send = () => true;
  kill = () => this.emit('exit', 1, null);
}

/** Writes fail while it is away. */
class Tasks {
  away = false;
  readonly written: string[] = [];
  running = () => this.write('running');
  retrying = () => this.write('retrying');
  applied = (_: string, __: number, version: number) => this.write(`applied ${version}`);

  private write(what: string): Promise<null> {
    if (this.away) return Promise.reject(new Error('the database is away'));
    this.written.push(what);
    return Promise.resolve(null);
  }
}

const row = (state: string, appliedVersion: number) =>
  ({ id: 't', attempt: 1, version: 1, state, appliedVersion }) as MixTask;
const settled = () => new Promise(setImmediate);

describe('one attempt of a mix', () => {
  let child: Child;
  let tasks: Tasks;
  let attempt: MixAttempt;
  let ended: Promise<unknown>;
  beforeEach(async () => {
    child = new Child();
    tasks = new Tasks();
    const spec = { version: 1, layout: {}, seats: [] } as unknown as MixSpec;
    attempt = new MixAttempt(row('starting', 0), {
      tasks: tasks as unknown as MixTaskRepository,
      child: child as unknown as ChildProcess,
      makeSpec: () => Promise.resolve(spec),
      images: { bytesOf: () => Promise.resolve(new Map()) },
      onCost: () => undefined,
    });
    ended = attempt.run();
    await settled();
  });
  afterEach(async () => {
    child.kill();
    await ended;
  });
  const says = async (report: object) => {
    child.emit('message', report);
    await settled();
  };
  const sees = async (now: MixTask) => {
    attempt.see(now);
    await settled();
  };

  it('writes what its mixer said while the database was away, once it is back', async () => {
    tasks.away = true;
    await says({ type: 'state', state: 'running', version: 1 });
    await says({ type: 'applied', version: 1 });
    tasks.away = false;
    await sees(row('retrying', 0));
    expect(tasks.written).toEqual(['applied 1', 'running']);
    await says({ type: 'state', state: 'retrying', version: 1 });
    await sees(row('running', 1));
    expect(tasks.written.slice(2)).toEqual(['retrying', 'retrying']);
  });

  it('writes nothing again that the row says', async () => {
    await says({ type: 'state', state: 'running', version: 1 });
    await says({ type: 'applied', version: 1 });
    await sees(row('running', 1));
    expect(tasks.written).toEqual(['running', 'applied 1']);
  });
});
