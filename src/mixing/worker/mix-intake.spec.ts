import { modelledCores } from '../mixers/mix-cost';
import { HostRoom } from '../mixers/host-room';
import type { MixTask } from '../task/mix-task.entity';
import { MixIntake } from './mix-intake';

const SIZE = { output: { width: 1280, height: 720, fps: 25 }, seats: [], cores: null };
const cost = modelledCores(SIZE);
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A worker of BullMQ, as far as it fetches or not. */
class FakeWorker {
  closing = undefined;
  resumed = 0;
  private paused = false;

  isPaused(): boolean {
    return this.paused;
  }

  pause(): Promise<void> {
    this.paused = true;
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.paused = false;
    this.resumed += 1;
    return Promise.resolve();
  }
}

describe('what a mixer host takes', () => {
  let queue: string[];
  let tasks: Map<string, MixTask>;
  let room: HostRoom;
  let worker: FakeWorker;
  let intake: MixIntake;
  /** Answers that wait, by task. */
  let held: Map<string, () => void>;
  /** Jobs that went back to the queue. */
  let back: string[];
  const admit = (id: string) => intake.admit(id, () => Promise.resolve(back.push(id)));
  beforeEach(() => {
    queue = [];
    back = [];
    tasks = new Map();
    held = new Map();
    room = new HostRoom({ cores: 2 * cost, slots: 16 });
    worker = new FakeWorker();
    intake = new MixIntake({
      room,
      claimable: async (id) => {
        const isHeld = held.has(id);
        if (isHeld) await new Promise<void>((resolve) => held.set(id, resolve));
        return tasks.get(id) ?? null;
      },
      queue: { next: () => Promise.resolve(queue[0] ?? null) },
    });
    intake.start(worker);
    for (const id of ['a', 'b', 'c', 'd'])
      tasks.set(id, { ...SIZE, id, channelId: 'x' } as unknown as MixTask);
  });

  it('is what fits; what does not is left to others, and nothing is fetched meanwhile', async () => {
    expect(await admit('a')).toBe(true);
    expect(await admit('b')).toBe(true);
    expect(worker.isPaused()).toBe(false);
    expect(await admit('c')).toBe(false);
    expect(worker.isPaused()).toBe(true);
    expect(back).toEqual(['c']);
    queue = ['c'];
    await intake.look();
    expect(worker.isPaused()).toBe(true);
    room.free('a');
    await intake.look();
    expect(worker.isPaused()).toBe(false);
  });

  it('is fetched again as soon as another host has taken the one that does not fit', async () => {
    for (const id of ['a', 'b', 'c']) await admit(id);
    queue = [];
    await intake.look();
    expect(worker.isPaused()).toBe(false);
  });

  it('is decided in the order of the queue, whichever row is read first', async () => {
    await admit('a');
    held.set('b', () => undefined);
    const answers = Promise.all([admit('b'), admit('c')]);
    await settled();
    held.get('b')!();
    expect(await answers).toEqual([true, false]);
  });

  it('is not fetched again while a job is on its way back', async () => {
    for (const id of ['a', 'b']) await admit(id);
    let release = () => undefined as void;
    const onItsWay = new Promise<void>((resolve) => (release = resolve));
    const refused = intake.admit('c', () => onItsWay.then(() => queue.push('c')));
    await settled();
    const look = intake.look();
    await settled();
    release();
    await Promise.all([refused, look]);
    expect(worker.isPaused()).toBe(true);
  });

  it('needs no room for a job whose task is over, or is another host’s', async () => {
    for (const id of ['a', 'b', 'c']) await admit(id);
    queue = ['gone'];
    await intake.look();
    expect(worker.isPaused()).toBe(false);
    expect(await admit('gone')).toBe(true);
    expect(room.used).toBeCloseTo(2 * cost);
  });

  it('is looked at once more where something changed during a look, and no more often', async () => {
    for (const id of ['a', 'b', 'c']) await admit(id);
    queue = ['d'];
    held.set('d', () => undefined);
    const look = intake.look();
    await settled();
    room.free('a');
    for (let i = 0; i < 10; i++) void intake.look();
    const release = held.get('d')!;
    held.delete('d');
    release();
    await look;
    expect(worker).toMatchObject({ resumed: 1 });
    expect(worker.isPaused()).toBe(false);
  });
});
