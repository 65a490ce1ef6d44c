import type { ChannelSource, PlaybackView } from '../contracts';
import type { ConferenceWatch } from '../conference/conference-watch';
import type { ImConnection } from '../im/connection';
import type { Room } from '../im/room';
import type { RestApi } from '../rest/api';
import { derived, type Readable } from '../util/value';

/** What a player plays. */
export interface Watched {
  /** Does anybody take reports of what its viewers see? */
  readonly isReported: boolean;
  /** `none`: off the air. */
  readonly source: Readable<ChannelSource>;
  /** ChannelView.sourceVersion of the last change of the source that was told of as it happened; null: none yet. */
  readonly sourceChange: Readable<number | null>;
  /** Fresh addresses, for every attempt. */
  playback(): Promise<PlaybackView>;
  /** Calls when who was kept out may be let in again; what it returns ends that. */
  onDoors(listener: () => void): () => void;
}

export function watchedRoom(
  { channelId, source, sourceChange }: Room,
  im: ImConnection,
  api: RestApi,
): Watched {
  return {
    ...{ isReported: true, source, sourceChange },
    playback: () => api.playback(channelId),
    onDoors: (listener) => {
      const tell = (event: { channelId: string }) => event.channelId === channelId && listener();
      const ends = [im.on('live:suspension', tell), im.on('live:viewer-ban', tell)];
      return () => ends.forEach((end) => end());
    },
  };
}

export function watchedConference(watch: ConferenceWatch): Watched {
  return {
    isReported: false,
    source: derived([watch.view], () => (watch.view.value?.status === 'live' ? 'mix' : 'none')),
    sourceChange: derived([], () => null),
    playback: () => watch.playback(),
    onDoors: () => () => undefined,
  };
}
