import type { ChannelSource, RoomSnapshot } from '../contracts';
import type { ImConnection } from './connection';
import { Room } from './room';

type News = { channelId: string; source: ChannelSource; sourceVersion: number };

/** A connection on which the test says what comes, and when. */
class FakeConnection {
  private readonly handlers = new Map<string, (news: News) => void>();
  private enter: () => void = () => undefined;
  private answer: (snapshot: RoomSnapshot) => void = () => undefined;

  on(event: string, handler: (news: News) => void): () => void {
    this.handlers.set(event, handler);
    return () => undefined;
  }

  onConnect(enter: () => void): () => void {
    this.enter = enter;
    return () => undefined;
  }

  holdRoom(): () => void {
    return () => undefined;
  }

  ask(): Promise<RoomSnapshot> {
    return new Promise((resolve) => (this.answer = resolve));
  }

  connected(): void {
    this.enter();
  }

  async answered(source: ChannelSource, sourceVersion: number): Promise<void> {
    this.answer({ channelId: 'c', lastSeq: 0, online: [], onlineCount: 0, source, sourceVersion });
    await new Promise(setImmediate);
  }

  told(source: ChannelSource, sourceVersion: number, channelId = 'c'): void {
    this.handlers.get('live:source')?.({ channelId, source, sourceVersion });
  }
}

describe('what is on the air in a room', () => {
  let im: FakeConnection;
  let room: Room;
  beforeEach(() => {
    im = new FakeConnection();
    room = new Room(im as unknown as ImConnection, 'c');
    im.connected();
  });
  const shown = () => [room.source.value, room.sourceVersion.value];

  it('is the latest version, in whatever order it is told', async () => {
    await im.answered('host', 3);
    im.told('mix', 4);
    expect(shown()).toEqual(['mix', 4]);
    im.told('none', 6);
    im.told('host', 5);
    expect(shown()).toEqual(['none', 6]);
  });

  it('is not what an answer says that news have overtaken', async () => {
    im.told('mix', 4);
    await im.answered('host', 3);
    expect(shown()).toEqual(['mix', 4]);
    im.connected();
    await im.answered('none', 7);
    expect(shown()).toEqual(['none', 7]);
  });

  it('has its version before anybody is told of it, and is of this channel', async () => {
    await im.answered('host', 1);
    const told: unknown[] = [];
    room.source.subscribe((source) => told.push([source, room.sourceVersion.value]));
    im.told('none', 9, 'other');
    im.told('mix', 2);
    expect(told).toEqual([['mix', 2]]);
  });
});
