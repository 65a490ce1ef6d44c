import type { ChannelView } from '../../../src/contracts';
import type { World } from './world';

/** Channels, and so hosts, of one run. */
export const CHANNELS = 2;
/** People of one run: the hosts, who may be guests of each other, and four who have no channel. */
export const PEOPLE = CHANNELS + 4;

/** The people and channels of one run of the model; they are new in each. */
export class Run {
  readonly channels: string[] = [];
  /** The conferences that people have made by themselves. */
  readonly meetings: string[] = [];

  private constructor(
    readonly world: World,
    private readonly name: string,
  ) {}

  static async begin(world: World, name: string): Promise<Run> {
    const run = new Run(world, name);
    world.disconnectAll();
    for (let i = 0; i < PEOPLE; i++) await world.connect(run.person(i));
    for (let i = 0; i < CHANNELS; i++) await run.openChannel(i);
    return run;
  }

  /** The first ones are the hosts. */
  person(nth: number): string {
    return `${this.name}-${nth % CHANNELS === nth ? 'host' : 'user'}-${nth}`;
  }

  channel(nth: number): string {
    return this.channels[nth]!;
  }

  /** A new channel of this host. */
  async openChannel(nth: number): Promise<void> {
    const title = `${this.name} ${nth}`;
    const answer = await this.world.ask<ChannelView>(this.person(nth), 'POST', 'channels', { title });
    if (answer?.status === 201) this.channels[nth] = answer.body.id;
  }
}
