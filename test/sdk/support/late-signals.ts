/** Signals that come a second time, late: as from another process of the API, which the newer ones have overtaken. */
import type { ServerToClientEvents } from '../../../src/contracts';
import type { NodePerson } from './node-person';

type Name = keyof ServerToClientEvents;
type Payload<E extends Name> = Parameters<ServerToClientEvents[E]>[0];
interface Listening {
  onAny(listener: (event: string, payload: unknown) => void): void;
  listeners(event: string): ((payload: unknown) => void)[];
}

export class LateSignals {
  private readonly came: [string, unknown][] = [];
  private readonly socket: Listening;

  constructor({ lianmai }: NodePerson) {
    this.socket = Reflect.get(lianmai.im, 'socket') as Listening;
    this.socket.onAny((event, payload) => this.came.push([event, payload]));
  }

  /** All that have come of this name, the oldest first. */
  of<E extends Name>(event: E): Payload<E>[] {
    return this.came.filter(([name]) => name === event).map(([, payload]) => payload as Payload<E>);
  }

  again<E extends Name>(event: E, payload: Payload<E>): void {
    for (const listener of this.socket.listeners(event)) listener(payload);
  }
}
