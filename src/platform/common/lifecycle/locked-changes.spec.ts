import type { DataSource, EntityManager } from 'typeorm';
import { DomainEvent, EventBus } from '../events/event-bus';
import { LockedChanges } from './locked-changes';
import { StateMachine } from './state-machine';

type DoorState = 'open' | 'shut' | 'gone';
interface Door {
  state: DoorState;
  colour?: string;
  /** Not told. */
  oiledAt?: number;
}

class DoorChanged extends DomainEvent {
  constructor(readonly text: string) {
    super();
  }
}

const states = new StateMachine<DoorState>('The door', 'shut', {
  open: ['shut'],
  shut: ['open', 'gone'],
  gone: [],
});

class Doors extends LockedChanges<Door, DoorState> {
  constructor(
    bus: EventBus,
    readonly row: Door | null,
  ) {
    const db = { transaction: <T>(work: (tx: EntityManager) => Promise<T>) => work({} as EntityManager) };
    super(db as unknown as DataSource, bus, { lock: () => Promise.resolve(row && { ...row }) }, states);
  }

  to(state: DoorState): Promise<boolean> {
    return this.set({ state });
  }

  set(values: Partial<Door>): Promise<boolean> {
    return this.change('1', () => {
      Object.assign(this.row!, values);
      return Promise.resolve(true);
    });
  }

  protected override visible({ state, colour }: Door): Promise<unknown> {
    return Promise.resolve({ state, colour });
  }

  protected announced(after: Door, before: Door): Promise<void> {
    this.bus.publish(new DoorChanged(`${before.state} ${after.state}`));
    return Promise.resolve();
  }
}

describe('changes under a lock', () => {
  const told: string[] = [];
  const bus = new EventBus();
  bus.on(DoorChanged, ({ text }) => void told.push(text));
  const delivered = () => new Promise((resolve) => setImmediate(resolve));

  beforeEach(() => void (told.length = 0));

  it('go by the state table and are announced', async () => {
    await expect(new Doors(bus, { state: 'shut' }).to('open')).resolves.toBe(true);
    await delivered();
    expect(told).toEqual(['shut open']);
  });

  it('are refused, and not announced, where the table has no such way', async () => {
    const going = new Doors(bus, { state: 'open' }).to('gone');
    await expect(going).rejects.toMatchObject({ code: 'invalid_transition' });
    await delivered();
    expect(told).toEqual([]);
  });

  it('are announced where the state stays; nothing is where nothing shows or there is no row', async () => {
    const doors = new Doors(bus, { state: 'open' });
    await expect(doors.set({ colour: 'red' })).resolves.toBe(true);
    await expect(doors.set({ colour: 'red' })).resolves.toBe(true);
    await expect(doors.set({ oiledAt: 5 })).resolves.toBe(true);
    await expect(doors.change('1', () => Promise.resolve(false))).resolves.toBe(false);
    await expect(new Doors(bus, null).to('open')).resolves.toBe(false);
    await delivered();
    expect(told).toEqual(['open open']);
  });
});
