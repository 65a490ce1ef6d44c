import type { BypassLiveView } from '../contracts';
import type { ConferenceRecord } from '../conference';
import type { ChannelRecord } from '../live';
import { audienceOf } from './watch/audience';
import type { BypassLive } from './bypass-live.entity';

export function bypassLiveView(
  live: BypassLive,
  conference: Pick<ConferenceRecord, 'access'>,
  { layout, output, viewers }: Pick<ChannelRecord, 'layout' | 'output' | 'viewers'>,
): BypassLiveView {
  const { conferenceId, channelId, ownerId, state, enabled, allowed, mixTaskId, reason } = live;
  return {
    ...{ conferenceId, channelId, ownerId, state, enabled },
    audience: audienceOf(live, conference),
    ...{ allowed, layout, output, viewers, mixTaskId, reason },
    createdAt: live.createdAt.toISOString(),
    liveAt: live.liveAt?.toISOString() ?? null,
    endedAt: live.endedAt?.toISOString() ?? null,
  };
}
