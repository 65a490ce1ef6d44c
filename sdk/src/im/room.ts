import type { ChannelSource, RoomSnapshot } from '../contracts';
import { LianmaiError } from '../errors';
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
  private readonly isIn = new Value(false);
  private readonly trouble = new Value<LianmaiError | null>(null);
  private readonly muted = new Value<{ until: string | null } | null>(null);
  private readonly liked = new Value(0);
  private readonly own: Likes;
  private readonly scope = new Scope();
  /** Resolves when the present connection has been answered to its joining, one way or the other. */
  private entering: Promise<void> = Promise.resolve();

  constructor(
    private readonly im: ImConnection,
    readonly channelId: string,
  ) {
    this.online = this.people;
    this.onlineCount = this.count;
    this.source = this.onAir;
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
    this.entering = this.join();
  }

  private async join(): Promise<void> {
    try {
      const snapshot = await this.im.ask('room:join', { channelId: this.channelId });
      if (this.scope.isOver) return;
      this.people.value = snapshot.online;
      this.count.value = snapshot.onlineCount;
      this.onAir.value = snapshot.source;
      this.liked.value = Math.max(this.liked.value, snapshot.likes);
      this.trouble.value = null;
      this.isIn.value = true;
      this.chat.isAt(snapshot.lastSeq);
    } catch (error) {
      this.isIn.value = false;
      this.trouble.value = LianmaiError.of(error);
    }
  }

  private listen(): void {
    const { im, scope, channelId } = this;
    scope.hold(
      im.on('room:presence', (event) => {
        if (event.channelId !== channelId) return;
        this.people.value = after(this.people.value, event);
        this.count.value = event.onlineCount;
      }),
    );
    scope.hold(
      im.on('room:restricted', (event) => {
        if (event.channelId === channelId) this.restricted(event);
      }),
    );
    scope.hold(
      im.on('live:source', (event) => {
        if (event.channelId === channelId) this.onAir.value = event.source;
      }),
    );
    scope.hold(
      im.on('live:likes', (event) => {
        // They only rise, and of two signals the later may come first.
        if (event.channelId === channelId) this.liked.value = Math.max(this.liked.value, event.likes);
      }),
    );
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
