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
      const channelIds = match.sides.map(({ channelId }) => channelId);
      const userIds = match.sides.map(({ hostId }) => hostId);
      this.im.toAudience({ channelIds, userIds }, 'pk:match', match);
    });
    this.bus.on(PkPointsChanged, ({ matchId, channelIds, points }) => {
      const [channelId] = channelIds;
      this.im.toAudience({ channelIds, userIds: [] }, 'pk:points', {
        matchId,
        channelId: channelId!,
        points,
      });
    });
  }
}
