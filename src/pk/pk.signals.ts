import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Digest, EventBus } from '../platform/common';
import { ImFacade } from '../im';
import { PkMatchChanged, PkPointsChanged } from './pk.events';

/** Gifts rain: a room is told the points of a side this often at most, ms. */
const POINTS_MS = 300;

/** Brings the events of matches to people's apps. */
@Injectable()
export class PkSignals implements OnModuleInit, OnModuleDestroy {
  private readonly points = new Digest<PkPointsChanged>(POINTS_MS, (_, event) => this.tellPoints(event));

  constructor(
    private readonly bus: EventBus,
    private readonly im: ImFacade,
  ) {}

  onModuleInit(): void {
    this.bus.on(PkMatchChanged, ({ match }) => {
      for (const { channelId, hostId } of match.sides) {
        this.im.toRoom(channelId, 'pk:match', match);
        this.im.toUser(hostId, 'pk:match', match);
      }
    });
    this.bus.on(PkPointsChanged, (event) => {
      const side = `${event.matchId} ${event.channelIds[0]}`;
      // Points only rise; events of one moment may come in any order.
      this.points.add(side, (waiting) => (waiting && waiting.points > event.points ? waiting : event));
    });
  }

  async onModuleDestroy(): Promise<void> {
    await this.points.close();
  }

  private tellPoints({ matchId, channelIds, points }: PkPointsChanged): void {
    const [channelId] = channelIds;
    for (const room of channelIds) {
      this.im.toRoom(room, 'pk:points', { matchId, channelId: channelId!, points });
    }
  }
}
