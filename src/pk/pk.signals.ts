import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../platform/common';
import { ImFacade } from '../im';
import { PkMatchChanged, PkPointsChanged } from './pk.events';

/** Brings the events of matches to people's apps. */
@Injectable()
export class PkSignals implements OnModuleInit {
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
    this.bus.on(PkPointsChanged, ({ matchId, channelIds, points }) => {
      const [channelId] = channelIds;
      for (const room of channelIds) {
        this.im.toRoom(room, 'pk:points', { matchId, channelId: channelId!, points });
      }
    });
  }
}
