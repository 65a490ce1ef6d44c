import type { MixTrouble } from '../../contracts';
import { DomainError, Log } from '../../platform/common';
import type { ConferenceFacade } from '../../conference';
import type { ImagesFacade, LiveFacade } from '../../live';
import type { EncoderKind, MixSeat, MixSpec } from '../../media/contract';
import type { MixTask } from '../task/mix-task.entity';
import type { MixTaskRepository } from '../task/mix-task.repository';
import { type AttemptEnd, MixAttempt } from './mix-attempt';
import type { HostRoom } from '../mixers/host-room';
import type { MixerSpare } from './mixer-spare';
import { MAX_SETBACKS, pauseAfter } from './retry';

/** How long the push waits for seats that have not delivered yet, ms from the first that did. */
const START_TIMEOUT_MS = 1000;

export interface SupervisorDeps {
  /** Presence of this process, under which it has the task. */
  worker: number;
  tasks: MixTaskRepository;
  conference: Pick<ConferenceFacade, 'egressAccess'>;
  live: Pick<LiveFacade, 'beginMix' | 'mixTarget'>;
  images: Pick<ImagesFacade, 'avatarsOf' | 'bytesOf'>;
  mixers: Pick<MixerSpare, 'take'>;
  /** Told what the mixer takes. */
  room: Pick<HostRoom, 'measured'>;
  /** What encodes the mixes of this worker. */
  encoder: () => EncoderKind;
}

type Setback = Extract<AttemptEnd, { kind: 'setback' }>;

/** Keeps one task's mixer going, attempt after attempt, until the task is over or is given to another worker. */
export class MixSupervisor {
  private readonly log = new Log('mixing');
  private attempt: MixAttempt | null = null;
  private released = false;
  private endPause: (() => void) | null = null;

  constructor(
    readonly taskId: string,
    private readonly deps: SupervisorDeps,
  ) {}

  /** @returns `released`: another worker is to go on; `over`: there is nothing left to do */
  async run(): Promise<'over' | 'released'> {
    for (let task = await this.next(null); task; task = await this.next(task.attempt)) {
      const end = await this.try(task);
      if (!this.released && end.kind === 'superseded') return 'over';
      if (!this.released && end.kind === 'setback') await this.afterSetback(task, end);
      if (this.released) return this.handOver(task);
    }
    return 'over';
  }

  /** The row as it is now. */
  see(row: MixTask): void {
    this.attempt?.see(row);
    if (row.state === 'stopping') this.endPause?.();
  }

  /** Ends the mixer, so that another worker can go on with the task. */
  release(): void {
    this.released = true;
    this.endPause?.();
    this.attempt?.stop();
  }

  /** @param after the attempt before; null when the job has just come */
  private async next(after: number | null): Promise<MixTask | null> {
    const { tasks, worker } = this.deps;
    const task = await tasks.claim(this.taskId, worker, after);
    if (!task) await tasks.stopped(this.taskId, worker);
    return task;
  }

  private async try(task: MixTask): Promise<AttemptEnd> {
    const { tasks, mixers, room, images } = this.deps;
    const attempt = new MixAttempt(task, {
      ...{ tasks, images, child: mixers.take(), makeSpec: (of) => this.spec(of) },
      onCost: (cores) => room.measured(task.id, cores),
    });
    this.attempt = attempt;
    if (this.released) attempt.stop();
    try {
      return await attempt.run();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // Nobody to wait for when the conference or the channel is gone.
      return { kind: 'setback', code: troubleOf(error), settled: false, fatal: error.kind !== 'unavailable' };
    } finally {
      this.attempt = null;
    }
  }

  private async spec(task: MixTask): Promise<MixSpec> {
    const [egress, target, seats] = await Promise.all([
      this.deps.conference.egressAccess(task.conferenceId, task.id),
      this.target(task),
      this.seatsWithAvatars(task),
    ]);
    const { id, conferenceId, version, layout, output } = task;
    return {
      ...{ taskId: id, conferenceId, version, seats, layout, output, egress, target },
      encoder: this.deps.encoder(),
      startTimeoutMs: START_TIMEOUT_MS,
    };
  }

  private async seatsWithAvatars({ id, seats }: MixTask): Promise<MixSeat[]> {
    try {
      const avatars = await this.deps.images.avatarsOf(seats.map(({ userId }) => userId));
      return seats.map((seat) => ({ ...seat, avatar: avatars.get(seat.userId) }));
    } catch (error) {
      this.log.warn({ err: error, taskId: id }, 'avatars of a mix could not be read');
      return seats;
    }
  }

  /** All attempts push under the epoch of the first: the hub takes the newer push for the same mix. */
  private async target(task: MixTask): Promise<string> {
    if (task.epoch === null) {
      const epoch = await this.deps.live.beginMix(task.channelId);
      task.epoch = (await this.deps.tasks.setEpoch(task.id, epoch))?.epoch ?? epoch;
    }
    return this.deps.live.mixTarget(task.channelId, task.epoch);
  }

  private async afterSetback(task: MixTask, { code, settled, fatal }: Setback): Promise<void> {
    const row = await this.deps.tasks.setback(task.id, task.attempt, code, settled);
    if (!row) return;
    const { channelId, conferenceId, attempt, setbacks } = row;
    const fields = { taskId: task.id, channelId, conferenceId, attempt, setbacks, code };
    if (fatal || setbacks >= MAX_SETBACKS) {
      await this.deps.tasks.failed(task.id, attempt, code);
      this.log.error(fields, 'mix failed');
      return;
    }
    this.log.warn(fields, 'mix is tried again');
    await this.pause(pauseAfter(setbacks));
  }

  private async pause(ms: number): Promise<void> {
    if (ms === 0 || this.released) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.endPause = null;
  }

  private async handOver(task: MixTask): Promise<'over' | 'released'> {
    const { tasks, worker } = this.deps;
    await tasks.retrying(task.id, task.attempt, null);
    // Asked to stop in the same moment: nobody needs to go on.
    if (await tasks.stopped(task.id, worker)) return 'over';
    await tasks.release(task.id, worker);
    return 'released';
  }
}

/** What the rooms below say when an attempt can't even begin. */
const TROUBLES = [
  'channel_not_found',
  'conference_not_found',
  'conference_ended',
  'media_unavailable',
  'overloaded',
] as const;

function troubleOf({ code }: DomainError): MixTrouble {
  return TROUBLES.find((trouble) => trouble === code) ?? 'internal';
}
