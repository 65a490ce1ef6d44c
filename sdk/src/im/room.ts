import type { ChannelSource, RoomSnapshot } from '../contracts';
import { LianmaiError } from '../errors';
import { API_BACKOFF, Retry } from '../util/retry';
import { Scope } from '../util/scope';
import { type Readable, Value } from '../util/value';
import { Chat } from './chat';
import type { ImConnection } from './connection';
import { Likes } from './likes';

/** As many as a snapshot lists. */
const MAX_LISTED = 200;

export type Person = RoomSnapshot['online'][number];

/** A channel's room: who is here, what is on the air, and the chat. Joined again after every reconnect. */
export class Room {
  /** At most 200, the host first. */
  readonly online: Readable<readonly Person[]>;
  readonly onlineCount: Readable<number>;
  /** What viewers of the channel see now. */
  readonly source: Readable<ChannelSource>;
  /** ChannelView.sourceVersion of the last change that this connection was told of as it happened; null: none yet. */
  readonly sourceChange: Readable<number | null>;
  readonly joined: Readable<boolean>;
  /** Why it could not be joined; null: it could, or it isn't known yet. */
  readonly problem: Readable<LianmaiError | null>;
  /** The host has muted this user, as far as this connection was told; `until` null: until it is lifted. */
  readonly mute: Readable<{ until: string | null } | null>;
  readonly chat: Chat;
  /** All that the channel has got; the server tells it once a second at most. */
  readonly likes: Readable<number>;

  private readonly people = new Value<readonly Person[]>([]);
  private readonly count = new Value(0);
  private readonly onAir = new Value<ChannelSource>('none');
  private readonly change = new Value<number | null>(null);
  private readonly isIn = new Value(false);
  private readonly trouble = new Value<LianmaiError | null>(null);
  private readonly muted = new Value<{ until: string | null } | null>(null);
  private readonly liked = new Value(0);
  private readonly own: Likes;
  private readonly scope = new Scope();
  /** Of `source`. */
  private sourceVersion = -1;
  private readonly retry = new Retry(API_BACKOFF);
  /** Resolves when the present connection has been answered to its joining, one way or the other. */
  private entering: Promise<void> = Promise.resolve();
  /** What came while a snapshot was on its way, which may be older. null: none is. */
  private meanwhile: (() => void)[] | null = null;
  /** Rises with each joining: the answer to an older one is of a connection that is gone. */
  private turn = 0;

  constructor(
    private readonly im: ImConnection,
    readonly channelId: string,
  ) {
    this.online = this.people;
    this.onlineCount = this.count;
    this.source = this.onAir;
    this.sourceChange = this.change;
    this.joined = this.isIn;
    this.problem = this.trouble;
    this.mute = this.muted;
    this.chat = new Chat(im, channelId, () => this.entering);
    this.likes = this.liked;
    this.own = new Likes(im, channelId);
    this.scope.hold(() => this.chat.close());
    this.scope.hold(() => this.own.close());
    this.scope.hold(im.holdRoom(channelId));
    this.listen();
    this.scope.hold(() => this.retry.cancel());
    this.scope.hold(im.onConnect(() => this.enter()));
  }

  /** Leaves, unless another part of the app is still in it. Idempotent. */
  leave(): void {
    this.scope.end();
  }

  /** Likes what is on; as often as the user wants, who needs a name for it. */
  like(): void {
    this.own.add();
  }

  private enter(): void {
    this.retry.cancel();
    this.entering = this.join(++this.turn);
  }

  private async join(mine: number): Promise<void> {
    this.meanwhile = [];
    try {
      const snapshot = await this.im.ask('room:join', { channelId: this.channelId });
      if (mine === this.turn && !this.scope.isOver) this.entered(snapshot);
    } catch (error) {
      if (mine !== this.turn || this.scope.isOver) return;
      this.changed();
      this.isIn.value = false;
      this.trouble.value = LianmaiError.of(error);
      // Without a connection the next one joins.
      if (this.trouble.value.isPassing)
        this.retry.later(() => this.im.state.value === 'online' && this.enter());
    }
  }

  private entered(snapshot: RoomSnapshot): void {
    this.retry.reset();
    this.people.value = snapshot.online;
    this.count.value = snapshot.onlineCount;
    this.shows(snapshot);
    this.liked.value = Math.max(this.liked.value, snapshot.likes);
    this.changed();
    this.trouble.value = null;
    this.isIn.value = true;
    this.chat.isAt(snapshot.lastSeq);
  }

  /** What a snapshot has overtaken is applied after it: the server reads that first, and tells of all changes since. */
  private changed(): void {
    const { meanwhile } = this;
    this.meanwhile = null;
    meanwhile?.forEach((apply) => apply());
  }

  private tell(apply: () => void): void {
    if (this.meanwhile) this.meanwhile.push(apply);
    else apply();
  }

  private listen(): void {
    const { im, scope, channelId } = this;
    scope.hold(
      im.on('room:presence', (event) => {
        if (event.channelId !== channelId) return;
        this.tell(() => {
          this.people.value = after(this.people.value, event);
          this.count.value = event.onlineCount;
        });
      }),
    );
    scope.hold(
      im.on('room:restricted', (event) => {
        if (event.channelId === channelId) this.restricted(event);
      }),
    );
    scope.hold(
      im.on('live:source', (event) => {
        if (event.channelId === channelId && this.shows(event)) this.change.value = event.sourceVersion;
      }),
    );
    scope.hold(
      im.on('live:likes', (event) => {
        // They only rise, and of two signals the later may come first.
        if (event.channelId === channelId) this.liked.value = Math.max(this.liked.value, event.likes);
      }),
    );
  }

  /**
   * By its version and never by its arrival: news that several processes send may overtake one another.
   * @returns false: something later is known
   */
  private shows({ source, sourceVersion }: Pick<RoomSnapshot, 'source' | 'sourceVersion'>): boolean {
    if (sourceVersion <= this.sourceVersion) return false;
    this.sourceVersion = sourceVersion;
    this.onAir.value = source;
    return true;
  }

  private restricted({ kind, active, until }: { kind: string; active: boolean; until: string | null }): void {
    if (kind === 'muted') this.muted.value = active ? { until } : null;
    else if (!active) this.enter();
    else {
      this.isIn.value = false;
      this.trouble.value = new LianmaiError('banned_from_room');
    }
  }
}

/** Somebody who is named may be known already, perhaps by another name, or not have been. Who stays keeps their place. */
function after(
  online: readonly Person[],
  { joined, left }: { joined: Person[]; left: Person[] },
): readonly Person[] {
  const came = new Set(joined.map(({ userId }) => userId));
  const gone = new Set(left.map(({ userId }) => userId).filter((userId) => !came.has(userId)));
  const stayed = online.filter(({ userId }) => !gone.has(userId));
  const known = new Set(stayed.map(({ userId }) => userId));
  const named = new Map(joined.map((person) => [person.userId, person]));
  const present = stayed.map((person) => named.get(person.userId) ?? person);
  return [...present, ...joined.filter(({ userId }) => !known.has(userId))].slice(0, MAX_LISTED);
}
