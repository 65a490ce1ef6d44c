import type { MixTask } from '../task/mix-task.entity';
import { MixOrphans } from './mix-orphans';

describe('tasks that no worker has', () => {
  const task = (id: string, more: Partial<MixTask> = {}) =>
    ({ id, mode: 'server', state: 'queued', error: null, ...more }) as MixTask;
  let rows: MixTask[];
  let done: string[];
  let isFull: boolean;
  let orphans: MixOrphans;
  beforeEach(() => {
    [rows, done, isFull] = [[], [], false];
    const note = (what: string) => (id: string) => {
      done.push(`${what} ${id}`);
      return Promise.resolve(null);
    };
    orphans = new MixOrphans({
      worker: 7,
      tasks: {
        unattended: () => Promise.resolve(rows),
        stopped: note('stopped'),
        waits: note('waits'),
      },
      queue: { begin: (id) => note('begin')(id).then(() => undefined) },
      isHere: (id) => id === 'mine',
      isFull: () => isFull,
    });
  });
  const lookTwice = async () => {
    await orphans.look();
    await orphans.look();
  };

  it('are begun again when they had none at two looks', async () => {
    rows = [task('a'), task('mine'), task('on a device', { mode: 'client' })];
    await orphans.look();
    expect(done).toEqual([]);
    await orphans.look();
    expect(done).toEqual(['begin a']);
  });

  it('are told to wait where no room is for what is first', async () => {
    [rows, isFull] = [[task('a', { state: 'running' })], true];
    await lookTwice();
    expect(done).toEqual(['begin a', 'waits a']);
    // And are left alone then.
    rows = [task('a', { state: 'retrying', error: 'mixers_busy' })];
    await lookTwice();
    expect(done).toHaveLength(2);
  });

  it('end without room', async () => {
    [rows, isFull] = [[task('a', { state: 'stopping' })], true];
    await lookTwice();
    expect(done).toEqual(['stopped a']);
  });
});
