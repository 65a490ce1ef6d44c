import type { InvitationView, PkMatchView, PkSideView } from '../contracts';
import type { ImConnection } from '../im/connection';
import type { RestApi } from '../rest/api';
import { Latest } from '../util/latest';
import { Refresh } from '../util/refresh';
import { Scope } from '../util/scope';
import { derived, type Readable, Value } from '../util/value';

const OVER: readonly PkMatchView['state'][] = ['ended', 'failed'];

/** The match on a channel, and the challenges to one, kept up to date. */
export class Pk {
  /** The newest, with its result once it is over; null where there has been none since this began. */
  readonly match: Readable<PkMatchView | null>;
  readonly active: Readable<PkMatchView | null>;
  /** The challenge that this channel has sent: it has one open at most. */
  readonly made: Readable<InvitationView | null>;
  /** The one that waits for this host's answer. */
  readonly got: Readable<InvitationView | null>;
  private readonly latest: Latest<PkMatchView>;
  private readonly challenges = new Value<ReadonlyMap<string, InvitationView>>(new Map());
  private readonly scope = new Scope();

  /** @param asHost challenges are the hosts' own */
  constructor(
    private readonly im: ImConnection,
    private readonly api: RestApi,
    readonly channelId: string,
    asHost: boolean,
  ) {
    this.latest = new Latest<PkMatchView>(im, {
      fetch: async () => (await api.getPk(channelId)) ?? null,
      newer,
    });
    this.match = this.latest.view;
    this.active = derived([this.match], () => {
      const { value } = this.match;
      return value && !OVER.includes(value.state) ? value : null;
    });
    const pending = (which: 'channelId' | 'toChannelId') => () =>
      [...this.challenges.value.values()].find(
        (one) => one.state === 'pending' && one[which] === channelId,
      ) ?? null;
    this.made = derived([this.challenges], pending('channelId'));
    this.got = derived([this.challenges], pending('toChannelId'));
    this.listen();
    if (!asHost) return;
    const refreshing = new Refresh(im, () => this.refresh());
    this.scope.hold(() => refreshing.close());
  }

  side(which: 'own' | 'other'): PkSideView | null {
    const isOwn = (side: PkSideView) => side.channelId === this.channelId;
    return this.match.value?.sides.find((side) => isOwn(side) === (which === 'own')) ?? null;
  }

  /** @param durationMs of the match, 5,000 to 3,600,000 */
  async challenge(otherChannelId: string, durationMs: number): Promise<void> {
    this.toldOf(await this.api.challenge(this.channelId, { channelId: otherChannelId, durationMs }));
  }

  async accept(challengeId: string): Promise<void> {
    const { invitation, match } = await this.api.acceptChallenge(challengeId);
    this.toldOf(invitation);
    this.latest.told(match);
  }

  async reject(challengeId: string): Promise<void> {
    this.toldOf(await this.api.rejectChallenge(challengeId));
  }

  async cancel(challengeId: string): Promise<void> {
    this.toldOf(await this.api.cancelChallenge(challengeId));
  }

  /** The host gives it up. */
  end(): Promise<void> {
    return this.api.endPk(this.channelId);
  }

  close(): void {
    this.scope.end();
  }

  private listen(): void {
    const { im, scope, channelId } = this;
    scope.hold(() => this.latest.close());
    scope.hold(
      im.on('pk:match', (view) => {
        if (view.sides.some((side) => side.channelId === channelId)) this.latest.told(view);
      }),
    );
    scope.hold(im.on('pk:points', (event) => this.scored(event)));
    scope.hold(
      im.on('pk:invitation', (one) => {
        if (one.channelId === channelId || one.toChannelId === channelId) this.toldOf(one);
      }),
    );
  }

  private scored({
    matchId,
    channelId,
    points,
  }: {
    matchId: string;
    channelId: string;
    points: number;
  }): void {
    if (this.match.value?.id !== matchId) return;
    // Signals of two processes may overtake each other; points only rise.
    this.latest.patch((match) => {
      const sides = match.sides.map((side) =>
        side.channelId === channelId ? { ...side, points: Math.max(side.points, points) } : side,
      );
      return { ...match, sides };
    });
  }

  private toldOf(challenge: InvitationView): void {
    const before = this.challenges.value.get(challenge.id);
    // It never becomes pending again, so such news is old.
    if (before && before.state !== 'pending') return;
    this.challenges.value = new Map(this.challenges.value).set(challenge.id, challenge);
  }

  private async refresh(): Promise<void> {
    const items = await this.api.listChallenges(this.channelId);
    if (!this.scope.isOver) items.forEach((item) => this.toldOf(item));
  }
}

const ORDER: readonly PkMatchView['state'][] = ['starting', 'running', 'ending', 'ended', 'failed'];

/** Of two views of matches of one channel. A match goes through its states in one direction, and its points only rise. */
function newer(came: PkMatchView, held: PkMatchView): PkMatchView {
  if (came.id !== held.id) return came.createdAt < held.createdAt ? held : came;
  const view = ORDER.indexOf(came.state) < ORDER.indexOf(held.state) ? held : came;
  const points = (of: PkMatchView, channelId: string) =>
    of.sides.find((side) => side.channelId === channelId)?.points ?? 0;
  const sides = view.sides.map((side) => {
    const most = Math.max(points(came, side.channelId), points(held, side.channelId));
    return most === side.points ? side : { ...side, points: most };
  });
  return sides.every((side, index) => side === view.sides[index]) ? view : { ...view, sides };
}
