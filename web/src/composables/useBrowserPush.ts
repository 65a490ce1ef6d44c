/** The host goes live from this browser: camera and microphone, pushed to the channel by WHIP. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { api } from '../api';
import { askForMedia, stopMedia } from '../lib/local-media';
import { Problem } from '../lib/problem';
import { WhipClient, type WhipClientEvents } from '../whip/whip-client';
import { useIm } from './useIm';

/** `paused`: the mix is on the air, the push comes back by itself when the co-hosting ends. */
export type BrowserPushState =
  'off' | 'asking' | 'connecting' | 'live' | 'reconnecting' | 'paused' | 'media-error' | 'failed';

/** Answers of the API after which another try makes no sense. */
const FINAL = ['channel_not_found', 'channel_suspended', 'not_allowed', 'not_granted', 'token_invalid'];

export function useBrowserPush(channelId: string) {
  const im = useIm();
  const state = ref<BrowserPushState>('off');
  /** From start to stop, pauses included. */
  const running = computed(() => !['off', 'media-error', 'failed'].includes(state.value));
  const problem = shallowRef<Problem | null>(null);
  let media: MediaStream | null = null;
  let client: WhipClient | null = null;
  /** Rises with each start and stop: callbacks of an older one do nothing. */
  let turn = 0;

  function stop(to: BrowserPushState = 'off', why: Problem | null = null): void {
    turn += 1;
    disconnect();
    stopMedia(media);
    media = null;
    state.value = to;
    problem.value = why;
  }

  function disconnect(): void {
    void client?.close();
    client = null;
  }

  async function start(audioOnly = false): Promise<void> {
    stop('asking');
    const mine = turn;
    const asked = await askForMedia(audioOnly).catch((reason: unknown) => {
      if (mine === turn) stop('media-error', Problem.of(reason));
      return null;
    });
    if (!asked) return;
    if (mine !== turn) return stopMedia(asked);
    media = asked;
    push(asked);
  }

  function push(stream: MediaStream): void {
    disconnect();
    const mine = new WhipClient({ getAddress: address });
    client = mine;
    mine.on('state', (event) => client === mine && told(event));
    mine.publish(stream);
  }

  /** A fresh address for each attempt: the epoch in an old one may be too low to take the channel back. */
  async function address() {
    try {
      return (await api.pushUrl(channelId)).whip;
    } catch (reason) {
      const why = Problem.of(reason);
      if (FINAL.includes(why.code)) stop('failed', why);
      throw reason;
    }
  }

  function told({ state: now, code }: WhipClientEvents['state']): void {
    if (now === 'idle') return;
    if (now !== 'closed') state.value = now;
    else if (code) stop('failed', new Problem(code));
  }

  function pause(): void {
    if (!client) return;
    disconnect();
    state.value = 'paused';
  }

  /** With the devices that were kept, unless the system or another program took them meanwhile. */
  function resume(): void {
    if (state.value !== 'paused' || !media) return;
    const tracks = media.getTracks();
    if (tracks.some((track) => track.readyState === 'ended' || track.muted)) {
      void start(media.getVideoTracks().length === 0);
    } else {
      state.value = 'connecting';
      push(media);
    }
  }

  im.on('live:stop-push', (event) => {
    if (event.channelId === channelId && event.role === 'host') pause();
  });
  im.on('live:resume-push', (event) => event.channelId === channelId && resume());
  onScopeDispose(() => stop());

  return { state, running, problem, start, stop: () => stop() };
}

export type BrowserPush = ReturnType<typeof useBrowserPush>;
