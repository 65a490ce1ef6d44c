import { onScopeDispose, ref } from 'vue';
import type { ChannelSource, RoomSnapshot } from '../contracts';
import { Problem } from '../lib/problem';
import { useIm } from './useIm';

/** As many as a snapshot lists. */
const MAX_LISTED = 200;

/** A channel's room: who is here, and what is on the air. Joined again after every reconnect. */
export function useRoom(channelId: string) {
  const im = useIm();
  const online = ref<RoomSnapshot['online']>([]);
  const onlineCount = ref(0);
  const source = ref<ChannelSource>('none');
  const joined = ref(false);
  const problem = ref<Problem | null>(null);
  /** The host has muted this user; known from the moment it happened, or from a refusal. */
  const mutedUntil = ref<string | null>(null);
  const snapshotListeners: ((snapshot: RoomSnapshot) => void)[] = [];

  onScopeDispose(im.holdRoom(channelId));

  async function join(): Promise<void> {
    try {
      const snapshot = await im.ask('room:join', { channelId });
      online.value = snapshot.online;
      onlineCount.value = snapshot.onlineCount;
      source.value = snapshot.source;
      joined.value = true;
      problem.value = null;
      for (const listener of snapshotListeners) listener(snapshot);
    } catch (error) {
      joined.value = false;
      problem.value = Problem.of(error);
    }
  }
  im.onConnect(() => void join());

  im.on('room:presence', ({ channelId: where, onlineCount: count, joined: came, left }) => {
    if (where !== channelId) return;
    const named = new Set([...came, ...left].map(({ userId }) => userId));
    const stayed = online.value.filter(
      ({ userId }) => !named.has(userId) || came.some((p) => p.userId === userId),
    );
    const known = new Set(stayed.map(({ userId }) => userId));
    online.value = [...stayed, ...came.filter(({ userId }) => !known.has(userId))].slice(0, MAX_LISTED);
    onlineCount.value = count;
  });
  im.on('room:restricted', ({ channelId: where, kind, active, until }) => {
    if (where !== channelId) return;
    if (kind === 'muted') mutedUntil.value = active ? until : null;
    else if (!active) void join();
    else {
      joined.value = false;
      problem.value = new Problem('banned_from_room');
    }
  });
  im.on('live:source', (event) => {
    if (event.channelId === channelId) source.value = event.source;
  });

  return {
    online,
    onlineCount,
    source,
    joined,
    problem,
    mutedUntil,
    /** Called with the room's state after each join; register before the first await of setup. */
    onSnapshot: (listener: (snapshot: RoomSnapshot) => void) => void snapshotListeners.push(listener),
  };
}

export type Room = ReturnType<typeof useRoom>;
