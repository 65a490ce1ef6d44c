import type { CoHostMemberPatch, CoHostMemberView, CoHostPatch, CoHostView, MixTaskView } from '../contracts';
import type { ImConnection } from '../im/connection';
import type { RestApi } from '../rest/api';
import { Latest } from '../util/latest';
import { Scope } from '../util/scope';
import { derived, type Readable } from '../util/value';

const ACTIVE: readonly CoHostView['state'][] = ['connecting', 'live', 'ending'];

/** The co-host session of a channel, kept up to date. */
export class CoHosting {
  /** The newest; null where there has been none. */
  readonly session: Readable<CoHostView | null>;
  /** The running one. */
  readonly active: Readable<CoHostView | null>;
  private readonly latest: Latest<CoHostView>;
  private readonly scope = new Scope();

  constructor(
    im: ImConnection,
    private readonly api: RestApi,
    readonly channelId: string,
  ) {
    this.latest = new Latest<CoHostView>(im, {
      fetch: async () => (await api.getCoHost(channelId)) ?? null,
      newer: (came, known) => (isOlder(came, known) ? known : came),
    });
    this.session = this.latest.view;
    this.active = derived([this.session], () => {
      const { value } = this.session;
      return value && ACTIVE.includes(value.state) ? value : null;
    });
    this.scope.hold(() => this.latest.close());
    this.scope.hold(im.on('co-host:session', (view) => view.channelId === channelId && this.told(view)));
  }

  /** A session that came with another answer. */
  told(view: CoHostView): void {
    this.latest.told(view);
  }

  /** The seat of a user in the running session. */
  seatOf(userId: string, role?: CoHostMemberView['role']): CoHostMemberView | null {
    const members = this.active.value?.members ?? [];
    const is = (m: CoHostMemberView) =>
      m.userId === userId && m.state !== 'left' && (!role || m.role === role);
    return members.find(is) ?? null;
  }

  /** Layout and output of the mix (host, admin). */
  async change(patch: CoHostPatch): Promise<void> {
    this.told(await this.api.patchCoHost(this.channelId, patch));
  }

  /** Microphone, camera, gain and seat: the host changes anybody's, guests their own. */
  async changeMember(userId: string, patch: CoHostMemberPatch): Promise<void> {
    this.told(await this.api.patchSeat(this.channelId, userId, patch));
  }

  async lockSeat(seat: number, locked: boolean): Promise<void> {
    this.told(await this.api.lockSeat(this.channelId, seat, locked));
  }

  /** The host removes a guest, or a guest leaves. */
  remove(userId: string): Promise<void> {
    return this.api.vacateSeat(this.channelId, userId);
  }

  /** Ends the whole of it (host, admin). */
  end(): Promise<void> {
    return this.api.endCoHost(this.channelId);
  }

  close(): void {
    this.scope.end();
  }
}

/** Of two views of sessions of one channel. */
function isOlder(came: CoHostView, held: CoHostView): boolean {
  return came.id === held.id ? came.version < held.version : came.createdAt < held.createdAt;
}

/** Of two views of mixes of one channel. Attempts and versions only rise; what else changes has none. */
function isOlderTask(came: MixTaskView, held: MixTaskView): boolean {
  if (came.id !== held.id) return came.createdAt < held.createdAt;
  const steps = (of: MixTaskView) => [of.attempt, of.version, of.appliedVersion];
  const [before, after] = [steps(held), steps(came)];
  const at = before.findIndex((step, index) => step !== after[index]);
  return at >= 0 && after[at]! < before[at]!;
}

/** The mix of the running session, which its host is told of. */
export class MixTaskFollower {
  readonly task: Readable<MixTaskView | null>;
  private readonly scope = new Scope();
  private readonly latest: Latest<MixTaskView>;

  constructor(im: ImConnection, api: RestApi, coHosting: CoHosting) {
    const id = () => coHosting.active.value?.mixTaskId ?? null;
    this.latest = new Latest<MixTaskView>(im, {
      fetch: async () => {
        const taskId = id();
        return taskId === null ? null : api.getMixTask(taskId);
      },
      newer: (came, known) => (isOlderTask(came, known) ? known : came),
    });
    // Of this session: a signal may be of the one before.
    this.task = derived([this.latest.view, coHosting.active], () =>
      this.latest.view.value?.id === id() ? this.latest.view.value : null,
    );
    let followed = id();
    this.scope.hold(
      coHosting.active.subscribe(() => {
        if (id() === followed) return;
        followed = id();
        if (followed !== null) void this.latest.refresh();
      }),
    );
    this.scope.hold(() => this.latest.close());
    this.scope.hold(
      im.on('mix:task', (view) => view.channelId === coHosting.channelId && this.latest.told(view)),
    );
  }

  close(): void {
    this.scope.end();
  }
}
