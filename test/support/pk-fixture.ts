/** Two hosts, each live on a channel of his own, and what a PK of theirs takes. */
import type {
  AcceptView,
  ChannelView,
  CoHostView,
  InvitationView,
  PkAcceptView,
  PkMatchView,
  ProblemDetails,
} from '../../src/contracts';
import type { ImClient } from './im-client';
import type { Show } from './live-show';

/** A host, his channel, and his app, which is in its room. */
export interface Corner {
  hostId: string;
  channelId: string;
  client: ImClient;
}

export class Contest {
  private constructor(
    readonly show: Show,
    /** Challenges. */
    readonly ann: Corner,
    readonly bea: Corner,
  ) {}

  private static contests = 0;

  /** Hosts of this contest only: one is in one session at a time. */
  static async set(show: Show): Promise<Contest> {
    const n = ++Contest.contests;
    return new Contest(show, await corner(show, `ann-${n}`), await corner(show, `bea-${n}`));
  }

  get corners(): [Corner, Corner] {
    return [this.ann, this.bea];
  }

  challenge(
    from = this.ann,
    to: Pick<Corner, 'channelId'> = this.bea,
    durationMs = 60_000,
  ): Promise<{ status: number; body: InvitationView & ProblemDetails }> {
    const asked = { channelId: to.channelId, durationMs };
    return this.show.as(from.hostId, 'POST', `channels/${from.channelId}/pk/invitations`, asked);
  }

  answer<T = InvitationView>(
    who: Corner,
    id: string,
    how: 'accept' | 'reject' | 'cancel',
  ): Promise<{ status: number; body: T & ProblemDetails }> {
    return this.show.as(who.hostId, 'POST', `pk/invitations/${id}/${how}`);
  }

  /** Challenged and accepted; nobody is in the call yet. */
  async agree(durationMs?: number): Promise<PkMatchView> {
    const { body } = await this.challenge(this.ann, this.bea, durationMs);
    const answered = await this.answer<PkAcceptView>(this.bea, body.id, 'accept');
    if (answered.status !== 200) throw new Error(answered.body.code);
    return answered.body.match;
  }

  /** A match that runs. */
  async run(durationMs?: number): Promise<PkMatchView> {
    const match = await this.agree(durationMs);
    for (const one of this.corners) await this.goLive(one);
    return this.matchIs('running', match.id);
  }

  /** The host comes into the call, and his channel's mix on the air. */
  async goLive(one: Corner): Promise<void> {
    const session = await this.session(one);
    await this.show.enter(one.hostId, session.conferenceId);
    if (session.mixingMode === 'client') await this.deviceMixes(one, session);
    else {
      const epoch = await this.show.epochOf(session.mixTaskId!, one.client);
      await this.show.node.publish(one.channelId, 'mix', epoch);
    }
    await this.show.sees(one.client, session, (s) => s.state === 'live');
  }

  /** The host's device mixes, and pushes to the newest address that it was told. */
  async deviceMixes({ channelId, client }: Corner, { id }: CoHostView): Promise<void> {
    const told = () => client.of('mix:push').filter((p) => p.sessionId === id);
    await client.until(() => told().length > 0);
    const { epoch } = await this.show.grantOf(told().at(-1)!.push);
    await this.show.node.publish(channelId, 'mix', epoch);
  }

  /** A co-hosting of this host with one guest, on the air. */
  async coHost(one: Corner, guest: string): Promise<CoHostView> {
    await this.seat(one, guest);
    await this.goLive(one);
    return this.session(one);
  }

  /** The user's connection to this conference is lost, and he is gone when his grace is over. */
  async vanish(userId: string, conferenceId: string): Promise<void> {
    const rows = await this.show.sql<{ member_id: string }[]>(
      `SELECT member_id FROM conference_members WHERE conference_id = $1 AND user_id = $2`,
      [conferenceId, userId],
    );
    await this.show.node.connect(conferenceId, rows[0]!.member_id, userId, false);
  }

  /** A viewer applies, is accepted, and comes into the call. */
  async seat(one: Corner, guest: string): Promise<void> {
    const path = `channels/${one.channelId}/co-host/invitations`;
    const { body } = await this.show.as<InvitationView>(guest, 'POST', path, { kind: 'apply' });
    const accept = `co-host/invitations/${body.id}/accept`;
    const { session } = (await this.show.as<AcceptView>(one.hostId, 'POST', accept)).body;
    await this.show.enter(guest, session.conferenceId);
    await this.show.sees(one.client, session, (s) =>
      s.members.some((m) => m.userId === guest && m.state === 'on-air'),
    );
  }

  session({ channelId }: Corner): Promise<CoHostView> {
    return this.show.session(channelId);
  }

  async match({ channelId, hostId }: Corner): Promise<PkMatchView> {
    return (await this.show.as<PkMatchView>(hostId, 'GET', `channels/${channelId}/pk`)).body;
  }

  /** Resolves when both hosts were told so. @returns the match as it was told */
  async matchIs(state: PkMatchView['state'], id: string): Promise<PkMatchView> {
    const told = (match: PkMatchView) => match.id === id && match.state === state;
    for (const { client } of this.corners) {
      await client.until(([name, p]) => name === 'pk:match' && told(p));
    }
    return this.ann.client.of('pk:match').find(told)!;
  }

  /** Resolves when the mix of this host's channel shows exactly these, as `userId side seat`, in this layout. */
  async shows(one: Corner, kind: string, seats: string[]): Promise<void> {
    const { mixTaskId } = await this.session(one);
    const wanted = seats.join();
    for (let seen = 0; ; seen = one.client.signals.length) {
      const { layout, seats: now } = await this.show.mix(mixTaskId!);
      const is = now.map((s) => [s.userId, s.side, s.seat].filter((x) => x !== undefined).join(' ')).join();
      if (layout.kind === kind && is === wanted) return;
      await one.client.until(() => one.client.signals.length > seen);
    }
  }
}

async function corner(show: Show, hostId: string): Promise<Corner> {
  const title = `Show of ${hostId}`;
  const channelId = (await show.as<ChannelView>(hostId, 'POST', 'channels', { title })).body.id;
  const client = await show.online(hostId, channelId);
  await show.push(channelId, hostId);
  await client.until(
    ([name, p]) => name === 'live:source' && p.channelId === channelId && p.source === 'host',
  );
  return { hostId, channelId, client };
}
