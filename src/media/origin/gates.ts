import type { ChannelDoors, ChannelSettings, PlayGrant, PublishGrant } from '../contract';

/** Channels with closed doors that are remembered; with more, those that were heard of longest ago are forgotten. */
const MAX_GATES = 100_000;

/** A gate that kept somebody out is told so often at most, ms. */
const TELL_MS = 1_000;

export const OPEN_DOORS: ChannelDoors = { suspended: false, pushGeneration: 0, putOut: [] };

interface Gate {
  /** Of the settings that they come from. */
  revision: string;
  playGeneration: number;
  doors: ChannelDoors;
  putOut: ReadonlySet<string>;
  toldAtMs: number;
}

/**
 * Who may not publish or watch, by channel. It outlives the channel, so that a revoked key doesn't open it for a moment.
 * What was revoked stays revoked, even when older settings arrive late.
 */
export class Gates {
  private readonly gates = new Map<string, Gate>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  set(
    channelId: string,
    { revision, playGeneration, doors }: Pick<ChannelSettings, 'revision' | 'playGeneration' | 'doors'>,
  ): void {
    const before = this.gates.get(channelId);
    const gate: Gate = {
      revision,
      playGeneration: Math.max(playGeneration, before?.playGeneration ?? 0),
      doors: {
        ...doors,
        pushGeneration: Math.max(doors.pushGeneration, before?.doors.pushGeneration ?? 0),
        visitGeneration: Math.max(visitsOf(doors), before ? visitsOf(before.doors) : 0),
      },
      putOut: new Set(doors.putOut),
      toldAtMs: before?.toldAtMs ?? -Infinity,
    };
    this.gates.delete(channelId);
    if (gate.playGeneration > 0 || !isOpen(gate.doors)) this.gates.set(channelId, gate);
    for (const oldest of this.gates.keys()) {
      if (this.gates.size <= MAX_GATES) break;
      this.gates.delete(oldest);
    }
  }

  /** Is anybody kept out of this channel? */
  has(channelId: string): boolean {
    return this.gates.has(channelId);
  }

  /** A publisher's token knows the generation of the play tokens before control's settings arrive. */
  raise(channelId: string, playGeneration: number): void {
    if (playGeneration <= this.playGeneration(channelId)) return;
    const { revision, doors } = this.gates.get(channelId) ?? { revision: '', doors: OPEN_DOORS };
    this.set(channelId, { revision, doors, playGeneration });
  }

  doors(channelId: string): ChannelDoors {
    return this.gates.get(channelId)?.doors ?? OPEN_DOORS;
  }

  /** The lowest generation of play tokens that is good. */
  playGeneration(channelId: string): number {
    return this.gates.get(channelId)?.playGeneration ?? 0;
  }

  /** A mix without a generation is the system's own. */
  mayPublish({ channelId, role, generation = role === 'mix' ? Infinity : 0 }: PublishGrant): boolean {
    const { suspended, pushGeneration } = this.doors(channelId);
    return !suspended && generation >= pushGeneration;
  }

  mayPlay({ channelId, generation = 0, viewer, visit = Infinity }: PlayGrant): boolean {
    const gate = this.gates.get(channelId);
    if (!gate) return true;
    if (visit < visitsOf(gate.doors)) return false;
    const isOut = viewer !== undefined && gate.putOut.has(viewer);
    return !gate.doors.suspended && generation >= gate.playGeneration && !isOut;
  }

  /** Somebody was kept out. @returns the revision that did it, where it is to be told */
  refused(channelId: string): string | null {
    const gate = this.gates.get(channelId);
    if (!gate || this.now() - gate.toldAtMs < TELL_MS) return null;
    gate.toldAtMs = this.now();
    return gate.revision;
  }
}

function isOpen(doors: ChannelDoors): boolean {
  const { suspended, pushGeneration, putOut } = doors;
  return !suspended && pushGeneration === 0 && putOut.length === 0 && visitsOf(doors) === 0;
}

function visitsOf({ visitGeneration = 0 }: ChannelDoors): number {
  return visitGeneration;
}
