import type { EntityManager } from 'typeorm';
import type { MixingMode, MixTaskState } from '../../contracts';
import type { ChannelRecord } from '../../live';
import { SerialQueue } from '../../platform/common';
import type { MixContent, MixEdit, MixingFacade, MixStart } from '../mixing.facade';
import type { MixTaskRecord } from '../task/mix-task.events';
import { type BoundRow, MixBinding } from './mix-binding';

interface Show extends BoundRow {
  over: boolean;
  conferenceId: string;
}

const channel = { id: 'channel' } as ChannelRecord;

class Shows extends MixBinding<Show> {
  readonly show: Show = {
    ...{ id: 'show', channelId: 'channel', mixTaskId: null },
    ...{ over: false, conferenceId: 'c1' },
  };
  readonly tasks = new Map<string, MixTaskRecord>();
  updates = 0;

  constructor() {
    const mixing = {
      find: (id: string) => Promise.resolve(this.tasks.get(id) ?? null),
      start: (p: MixStart) => Promise.resolve(this.add(p)),
      update: (id: string, edit: MixEdit) => {
        this.updates += 1;
        return Promise.resolve(Object.assign(this.tasks.get(id)!, edit));
      },
    };
    const rows = {
      find: () => Promise.resolve({ ...this.show }),
      update: (_: string, set: Partial<Show>) => Promise.resolve(Object.assign(this.show, set)),
    };
    // One change of a row at a time: its lock.
    const lock = new SerialQueue(10);
    const changes = {
      change: (id: string, work: (show: Show, tx: EntityManager) => Promise<boolean>) =>
        lock.run(id, () => work({ ...this.show }, {} as EntityManager)),
    };
    super('bypass', mixing as unknown as MixingFacade, rows, changes);
  }

  setState(state: MixTaskState): void {
    for (const task of this.tasks.values()) task.state = state;
  }

  protected wantsMix({ over }: Show): boolean {
    return !over;
  }

  protected modeOf(): MixingMode {
    return 'server';
  }

  protected firstContent({ conferenceId }: Show): Promise<MixContent> {
    return Promise.resolve({ conferenceId, seats: [] } as unknown as MixContent);
  }

  protected content({ conferenceId }: Show): Promise<MixEdit> {
    return Promise.resolve({ conferenceId });
  }

  private add(p: MixStart): MixTaskRecord {
    const task = { ...p, id: `task-${this.tasks.size + 1}`, state: 'queued' } as unknown as MixTaskRecord;
    this.tasks.set(task.id, task);
    return task;
  }
}

describe('the binding of a row to its mix', () => {
  it('starts one mix, however many ask at the same moment', async () => {
    const shows = new Shows();
    const found = await Promise.all([1, 2, 3].map(() => shows.ensure({ ...shows.show }, channel)));
    expect(found.map((task) => task?.id)).toEqual(['task-1', 'task-1', 'task-1']);
    expect(shows.tasks.size).toBe(1);
  });

  it('starts another where that was stopped, keeps one that failed, and none when the row is over', async () => {
    const shows = new Shows();
    await shows.ensure({ ...shows.show }, channel);
    shows.setState('stopping');
    expect(await shows.ensure({ ...shows.show }, channel)).toMatchObject({ id: 'task-2' });
    shows.setState('failed');
    expect(await shows.ensure({ ...shows.show }, channel)).toMatchObject({ id: 'task-2', state: 'failed' });
    shows.setState('stopped');
    shows.show.over = true;
    expect(await shows.ensure({ ...shows.show }, channel)).toBeNull();
    expect(shows.tasks.size).toBe(2);
  });

  it('writes what the row says and nothing else, once, and only into a mix that is wanted', async () => {
    const shows = new Shows();
    await shows.ensure({ ...shows.show }, channel);
    const layout = { kind: 'speaker' };
    Object.assign(shows.tasks.get('task-1')!, { layout });
    shows.show.conferenceId = 'c2';
    await shows.sync('show');
    await shows.sync('show');
    expect(shows.tasks.get('task-1')).toMatchObject({ conferenceId: 'c2', layout });
    expect(shows.updates).toBe(1);
    shows.setState('stopping');
    shows.show.conferenceId = 'c3';
    await shows.sync('show');
    expect(shows.updates).toBe(1);
  });
});
