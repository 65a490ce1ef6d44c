import type { CoHosting } from '../co-host/co-hosting';
import type { ImConnection } from '../im/connection';
import type { Room } from '../im/room';
import { Scope } from '../util/scope';
import { type Readable, Value } from '../util/value';

/** What the host's own encoder has to do: `stop` once the mix has taken over, `resume` when the channel goes back. */
export type PushDuty = 'stop' | 'resume';

/** Holds what a host who pushes by an encoder was told, until it is done or needless. */
export class PushDutyFollower {
  readonly duty: Readable<PushDuty | null>;
  private readonly now = new Value<PushDuty | null>(null);
  private readonly scope = new Scope();

  constructor(im: ImConnection, room: Pick<Room, 'source' | 'channelId'>, coHosting: CoHosting) {
    this.duty = this.now;
    const { channelId } = room;
    this.scope.hold(
      im.on('live:stop-push', (event) => {
        if (event.channelId === channelId && event.role === 'host') this.now.value = 'stop';
      }),
    );
    this.scope.hold(
      im.on('live:resume-push', (event) => {
        if (event.channelId === channelId) this.now.value = 'resume';
      }),
    );
    this.scope.hold(room.source.subscribe((source) => source === 'host' && this.done('resume')));
    this.scope.hold(
      coHosting.active.subscribe((session) => {
        if (session) return;
        // The signal may have come while nobody could be told.
        if (room.source.value !== 'host') this.now.value = 'resume';
        else this.done('stop');
      }),
    );
  }

  dismiss(): void {
    this.now.value = null;
  }

  close(): void {
    this.scope.end();
  }

  private done(duty: PushDuty): void {
    if (this.now.value === duty) this.now.value = null;
  }
}
